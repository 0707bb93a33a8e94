# Rscript daily.R, in this folder; R 4.2, nlme 3.1, glmmTMB 1.1. Its output is daily.txt.
library(nlme); library(glmmTMB)
options(digits = 10)
p <- read.csv("daily_parallel.csv")
fit <- lme(rating ~ given, random = ~1 | person, data = p, method = "REML",
           correlation = corExp(c(3, 0.4), form = ~day | person, nugget = TRUE),
           control = lmeControl(tolerance = 1e-10, msTol = 1e-12, maxIter = 500, msMaxIter = 500))
cat("parallel nlme", summary(fit)$tTable["given", c("Value", "Std.Error")], -2 * as.numeric(logLik(fit)), "\n")
c <- read.csv("daily_crossover.csv")
c$time <- factor(c$day, levels = min(c$day):max(c$day))
fit <- glmmTMB(rating ~ given + factor(span) + (1 | person) + (1 | person:span) +
               ar1(0 + time | person), data = c, REML = TRUE,
               control = glmmTMBControl(optCtrl = list(iter.max = 5000, eval.max = 5000, rel.tol = 1e-14)))
# glmmTMB's own standard error also carries the doubt about variances; the plain one is worked out.
v <- VarCorr(fit)$cond
swing <- attr(v[[3]], "stddev")[1]; phi <- attr(v[[3]], "correlation")[1, 2]
X <- model.matrix(~ given + factor(span), c)
same <- outer(c$person, c$person, "==")
V <- same * (v[[1]][1] + swing^2 * phi^abs(outer(c$day, c$day, "-"))) +
  (same & outer(c$span, c$span, "==")) * v[[2]][1] + diag(sigma(fit)^2, nrow(c))
se <- sqrt(solve(t(X) %*% solve(V, X))["given", "given"])
cat("crossover glmmTMB", fixef(fit)$cond["given"], se, -2 * as.numeric(logLik(fit)), "\n")
