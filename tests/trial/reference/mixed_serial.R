# Rscript mixed_serial.R, in this folder, after mixed_more.R: degrees of freedom where residuals are serially
# correlated, which lmerTest and pbkrtest do not have. From the formulas of Satterthwaite and of Kenward and Roger
# 1997 (doi:10.2307/2533558, with the second derivatives), with numeric derivatives of everything and whole
# matrices; parameters: variances, then phi, as in SAS. R 4.2, nlme, numDeriv. Writes mixed_serial.csv.
suppressMessages({library(nlme); library(numDeriv)})
r <- read.csv("../data/reisby1977.csv")
X <- model.matrix(~ week * endogenous, r); y <- r$hamd; same <- outer(r$patient, r$patient, "=="); gap <- abs(outer(r$week, r$week, "-"))
tr <- function(m) sum(diag(m))
by_hand <- function(name, V, start) {
  phi <- function(t) solve(t(X) %*% solve(V(t), X))
  dev <- function(t) { W <- solve(V(t)); F <- phi(t); b <- F %*% t(X) %*% W %*% y; e <- y - X %*% b
    as.numeric(determinant(V(t))$modulus - determinant(F)$modulus + t(e) %*% W %*% e) }
  t <- start; for (i in 1:4) t <- t - solve(hessian(dev, t), grad(dev, t))      # nlme stops a little early
  A <- 2 * solve(hessian(dev, t)); n <- length(t); k <- ncol(X); W <- solve(V(t)); F <- phi(t)
  D <- lapply(1:n, function(i) matrix(jacobian(function(s) as.vector(V(replace(t, i, s))), t[i]), nrow(W)))
  h <- 1e-3 * abs(t)
  D2 <- function(i, j) { m <- function(a, b) { s <- t; s[i] <- s[i] + a * h[i]; s[j] <- s[j] + b * h[j]; V(s) }
    if (i == j) (m(1, 0) - 2 * V(t) + m(-1, 0)) / h[i]^2 else (m(1, 1) - m(1, -1) - m(-1, 1) + m(-1, -1)) / (4 * h[i] * h[j]) }
  P <- lapply(D, function(d) -t(X) %*% W %*% d %*% W %*% X); I <- matrix(0, n, n); Q <- list()
  for (i in 1:n) for (j in 1:n) { q <- t(X) %*% W %*% D[[i]] %*% W %*% D[[j]] %*% W %*% X; Q[[paste(i, j)]] <- q
    I[i, j] <- (tr(W %*% D[[i]] %*% W %*% D[[j]]) - 2 * tr(F %*% q) + tr(F %*% P[[i]] %*% F %*% P[[j]])) / 2 }
  U <- solve(I); L <- matrix(0, k, k)
  for (i in 1:n) for (j in 1:n) L <- L + U[i, j] * (Q[[paste(i, j)]] - P[[i]] %*% F %*% P[[j]] - t(X) %*% W %*% D2(i, j) %*% W %*% X / 4)
  adjusted <- F + 2 * F %*% L %*% F
  do.call(rbind, lapply(1:k, function(c) { l <- as.numeric(1:k == c); v <- F[c, c]
    g <- grad(function(s) phi(s)[c, c], t); s <- sapply(P, function(p) -(F %*% p %*% F)[c, c])
    data.frame(model = name, se = sqrt(v), df = 2 * v^2 / (t(g) %*% A %*% g), kr_se = sqrt(adjusted[c, c]), kr_df = 2 * v^2 / (t(s) %*% U %*% s)) }))
}
f <- gls(hamd ~ week * endogenous, r, correlation = corAR1(form = ~ week | patient))
one <- by_hand("reisby_ar1", function(t) same * t[1] * t[2]^gap, c(sigma(f)^2, coef(f$modelStruct$corStruct, unconstrained = FALSE)))
f <- gls(hamd ~ week * endogenous, r, correlation = corAR1(form = ~ week | patient), weights = varIdent(form = ~ 1 | week))
v <- sigma(f)^2 * c(1, coef(f$modelStruct$varStruct, unconstrained = FALSE)^2)[as.character(0:5)]; names(v) <- NULL
v[is.na(v)] <- sigma(f)^2
two <- by_hand("reisby_arh1", function(t) { s <- sqrt(t[r$week + 1]); same * outer(s, s) * t[7]^gap }, c(v, coef(f$modelStruct$corStruct, unconstrained = FALSE)))
write.csv(rbind(one, two), "mixed_serial.csv", row.names = FALSE)
