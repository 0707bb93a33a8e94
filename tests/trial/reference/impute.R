# Rscript impute.R; R 4.2, nlme, mice 3.15.0. Its output is impute.csv, impute_models.csv, rubin.csv.
# Visits that are missing get their expected value under each assumption, by Carpenter, Roger and
# Kenward's joint distribution (2013, section 4: mean of the strategy, covariance blocks as there)
# with parameters from gls by REML; then analysis of covariance at week 8. No scatter is added, so a
# mean over many imputations comes near these estimates, and the imputed numbers can be checked.
suppressMessages({library(nlme); library(mice)})
h <- read.csv("../data/hamd17.csv"); h$visit <- as.integer(factor(h$week)); h$drug <- as.integer(h$arm == 2)
wide <- reshape(h[c("patient", "drug", "baseline", "visit", "change")], idvar = c("patient", "drug", "baseline"),
                timevar = "visit", direction = "wide")
wide <- wide[order(wide$patient), ]; y <- as.matrix(wide[paste0("change.", 1:5)]); x <- wide$baseline; on <- wide$drug == 1
ctl <- glsControl(tolerance = 1e-12, msTol = 1e-14, maxIter = 500, msMaxIter = 1000, opt = "optim", optimMethod = "BFGS")
fit <- function(formula, d) {
  g <- gls(formula, d, method = "REML", correlation = corSymm(form = ~ visit | patient),
           weights = varIdent(form = ~ 1 | visit), control = ctl)
  full <- names(which(table(d$patient) == 5))[1]
  list(b = coef(g), s = matrix(getVarCov(g, individual = full), 5))
}
joint <- function(own, ref, mo, mr, left, strategy) {      # T, R, means; left: logical, visits after leaving
  if (strategy == "MAR" || !any(left)) return(list(m = mo, s = own))
  if (strategy == "CR" || all(left)) return(list(m = mr, s = ref))
  k <- !left; m <- mo
  m[left] <- if (strategy == "J2R") mr[left] else mo[max(which(k))] + mr[left] - mr[max(which(k))]
  s <- own; w <- ref[left, k, drop = FALSE] %*% solve(ref[k, k])
  s[left, k] <- w %*% own[k, k]; s[k, left] <- t(s[left, k])
  s[left, left] <- ref[left, left] - w %*% (ref[k, k] - own[k, k]) %*% t(w)
  list(m = m, s = s)
}
expected <- function(v, m, s) {
  q <- is.na(v); if (all(q)) return(m)
  if (any(q)) v[q] <- m[q] + s[q, !q, drop = FALSE] %*% solve(s[!q, !q], v[!q] - m[!q]); v
}
models <- list(); out <- list()
run <- function(name, means, covs) {                        # lists of reference, drug
  for (strategy in c("MAR", "J2R", "CR", "CIR")) {
    z <- y
    for (i in seq_len(nrow(y))) {
      left <- rev(cumprod(rev(is.na(y[i, ])))) == 1; a <- on[i] + 1
      v <- y[i, ]; mid <- is.na(v) & !left                  # missing in between: at random, own arm
      if (any(mid)) { e <- expected(v[!left], means[[a]][i, !left], covs[[a]][!left, !left]); v[!left] <- e }
      g <- joint(covs[[a]], covs[[1]], means[[a]][i, ], means[[1]][i, ], left, if (on[i]) strategy else "MAR")
      z[i, ] <- expected(v, g$m, g$s)
    }
    l <- summary(lm(z[, 5] ~ on + x))$coefficients["onTRUE", ]
    out[[length(out) + 1]] <<- data.frame(model = name, strategy, estimate = l[1], se = l[2], checksum = sum(z * rep(1:5, each = nrow(z))))
  }
}
keep <- function(name, arm, slopes, s) {                    # slopes: intercept and baseline for each visit
  models[[length(models) + 1]] <<- data.frame(model = name, drug = arm, visit = 1:5, intercept = slopes[1:5], slope = slopes[6:10], s)
  outer(x, slopes[6:10]) + rep(slopes[1:5], each = length(x))
}
f <- fit(change ~ 0 + factor(visit) + factor(visit):drug + factor(visit):baseline, h)
w <- function(pattern) f$b[grep(pattern, names(f$b))]
d5 <- w(":drug"); b5 <- w(":baseline"); a5 <- w("^factor\\(visit\\)[1-5]$")
run("shared", list(keep("shared", 0, c(a5, b5), f$s), keep("shared", 1, c(a5 + d5, b5), f$s)), list(f$s, f$s))
r <- lapply(0:1, function(k) fit(change ~ 0 + factor(visit) + factor(visit):baseline, h[h$drug == k, ]))
run("by arm", lapply(1:2, function(k) keep("by arm", k - 1, r[[k]]$b, r[[k]]$s)), lapply(r, `[[`, "s"))
put <- function(d, name) write.csv(format(d, digits = 12, trim = TRUE), name, row.names = FALSE, quote = FALSE)
put(do.call(rbind, out), "impute.csv"); put(do.call(rbind, models), "impute_models.csv")

q <- c(-1.31, -0.92, -1.77, -1.2, -1.05); u <- c(0.62, 0.58, 0.71, 0.6, 0.66)^2
rows <- list()
for (n in c(23, 203, Inf)) {                                # k = 3: complete degrees of freedom 20, 200, Inf
  p <- pool.scalar(q, u, n = n, k = 3)
  rows[[length(rows) + 1]] <- data.frame(complete = n - 3, estimate = p$qbar, within = p$ubar, between = p$b, total = p$t, df = p$df, missing = p$fmi)
}
put(do.call(rbind, rows), "rubin.csv")
