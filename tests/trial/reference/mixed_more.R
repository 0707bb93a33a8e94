# Rscript mixed_more.R, in this folder, after mixed.R: more mixed models in R, with what lme4 alone does not
# give. R 4.2, lme4, lmerTest, pbkrtest, nlme, HSAUR3. Writes mixed_more.csv (as mixed.csv), mixed_joint.csv
# (F tests), mixed_ml.csv (maximum likelihood) and mixed_residuals.csv (gls and lme), and data sets to ../data.
suppressMessages({library(lme4); library(lmerTest); library(pbkrtest); library(nlme)})
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12, maxfun = 1e6), check.nobs.vs.nRE = "ignore")
save <- function(d, name) write.csv(d, file.path("..", "data", paste0(name, ".csv")), row.names = FALSE, quote = FALSE)
code <- function(x) as.integer(factor(x, levels = unique(x))) - 1
keep <- function(rows, name) write.csv(do.call(rbind, rows), paste0(name, ".csv"), row.names = FALSE)
out <- list(); joint <- list(); ml <- list(); rest <- list()
note <- function(name, fit, terms = names(fixef(fit))) {
  s <- coef(summary(fit)); va <- vcovAdj(fit); k <- length(fixef(fit))
  for (t in terms) { l <- as.numeric(names(fixef(fit)) == t); i <- match(t, rownames(s))
    out[[length(out) + 1]] <<- data.frame(model = name, term = t, estimate = s[i, 1], se = s[i, 2], df = s[i, "df"],
      kr_se = sqrt(as.matrix(va)[i, i]), kr_df = Lb_ddf(l, vcov(fit), va), criterion = REMLcrit(fit)) }
}
together <- function(name, fit, L) {
  a <- contestMD(fit, L, ddf = "Satterthwaite"); k <- contestMD(fit, L, ddf = "Kenward-Roger")
  joint[[length(joint) + 1]] <<- data.frame(model = name, f = a[["F value"]], above = a[["NumDF"]], below = a[["DenDF"]],
    kr_f = k[["F value"]], kr_below = k[["DenDF"]])
}
# Variances of nothing, and a correlation of one.
d <- with(Dyestuff2, data.frame(yield = Yield, batch = code(as.character(Batch)))); save(d, "dyestuff2")
note("dyestuff2", lmer(yield ~ 1 + (1 | batch), d, control = tight))
d <- read.csv("../data/sleepstudy.csv"); d <- d[d$days >= 5 & d$days <= 8, ]
note("sleep_edge", lmer(reaction ~ days + (days | subject), d, control = tight))
# MMRM: an unstructured covariance of visits as random effects. lme4's residual variance is then part of it, which
# its checks complain of; lmerTest and pbkrtest leave the direction out in which nothing is known.
h <- read.csv("../data/hamd17.csv"); h$drug <- as.integer(h$arm == 2); h$week <- factor(h$week)
m <- lmer(change ~ 0 + week:drug + week + week:baseline + (0 + week | patient), h, control = tight)
note("hamd17", m, paste0("week", c(1, 2, 4, 6, 8), ":drug"))
together("hamd17", m, diag(15)[grepl("drug", names(fixef(m))), ])
b <- HSAUR3::BtheB
d <- data.frame(patient = rep(0:99, 4), month = rep(c(2, 3, 5, 8), each = 100), beat_the_blues = rep(as.integer(b$treatment == "BtheB"), 4),
  baseline = rep(b$bdi.pre, 4), bdi = c(b$bdi.2m, b$bdi.3m, b$bdi.5m, b$bdi.8m)); d <- d[!is.na(d$bdi), ]
save(d, "proudfoot2003"); d$month <- factor(d$month)
m <- lmer(bdi ~ 0 + month:beat_the_blues + month + month:baseline + (0 + month | patient), d, control = tight)
note("proudfoot2003", m, paste0("month", c(2, 3, 5, 8), ":beat_the_blues"))
together("proudfoot2003", m, diag(12)[grepl("blues", names(fixef(m))), ])
# Several contrasts at once.
d <- read.csv("../data/machines.csv"); m <- lmer(score ~ factor(machine) + (1 | worker) + (1 | worker:machine), d[-c(1, 8, 20), ], control = tight)
together("machines", m, diag(3)[2:3, ])
d <- read.csv("../data/orthodont.csv"); m <- lmer(distance ~ age * female + (age | subject), d, control = tight)
together("orthodont", m, diag(4)[3:4, ])
# Maximum likelihood.
d <- read.csv("../data/sleepstudy.csv"); m <- lmer(reaction ~ days + (days | subject), d, REML = FALSE, control = tight); s <- coef(summary(m))
for (i in 1:2) ml[[i]] <- data.frame(model = "sleepstudy", estimate = s[i, 1], se = s[i, 2], df = s[i, "df"], criterion = deviance(m))
# Residuals that vary with the visit, and with the days between: gls and lme.
exact <- function(f) { v <- sqrt(diag(vcov(f))); e <- if (inherits(f, "lme")) fixef(f) else coef(f); data.frame(estimate = e, se = v, criterion = -2 * as.numeric(logLik(f))) }
gcon <- glsControl(tolerance = 1e-12, msTol = 1e-14, maxIter = 500, msMaxIter = 2000, returnObject = TRUE)
lcon <- lmeControl(tolerance = 1e-12, msTol = 1e-14, maxIter = 500, msMaxIter = 2000, returnObject = TRUE)
add <- function(name, f) rest[[length(rest) + 1]] <<- data.frame(model = name, exact(f))
b <- as.data.frame(BodyWeight); d <- data.frame(rat = code(as.character(b$Rat)), day = b$Time, diet = code(as.character(b$Diet)), weight = b$weight); save(d, "bodyweight")
add("bodyweight", lme(weight ~ day * factor(diet), random = ~ day | rat, d, correlation = corCAR1(form = ~ day | rat), method = "REML", control = lcon))
r <- read.csv("../data/reisby1977.csv"); r$visit <- r$week + 1
add("reisby_ar1", gls(hamd ~ week * endogenous, r, correlation = corAR1(form = ~ week | patient), control = gcon))
add("reisby_arh1", gls(hamd ~ week * endogenous, r, correlation = corAR1(form = ~ week | patient), weights = varIdent(form = ~ 1 | week), control = gcon))
add("reisby_levels", lme(hamd ~ week * endogenous, random = ~ 1 | patient, r, weights = varIdent(form = ~ 1 | week), control = lcon))
add("reisby_un", gls(hamd ~ week * endogenous, r, correlation = corSymm(form = ~ visit | patient), weights = varIdent(form = ~ 1 | week), control = glsControl(tolerance = 1e-12, msTol = 1e-14, maxIter = 500, msMaxIter = 2000, opt = "optim", optimMethod = "BFGS")))
h$visit <- as.integer(h$week)
add("hamd17_serial", gls(change ~ 0 + week:drug + week + week:baseline, h, correlation = corAR1(form = ~ visit | patient), weights = varIdent(form = ~ 1 | week), control = gcon))
# Where lme4 stays at a saddle: six data sets, the last of which it leaves with no variance of intercepts. Prints
# its criterion, 186.1943; the least there is is 186.1877.
set.seed(3)
for (k in 1:6) { d <- data.frame(g = rep(1:12, each = 6), t = rep(0:5, 12)); d$x <- as.integer(d$g > 6)
  d$y <- rnorm(72) + 0.3 * rnorm(12)[d$g] * (k %% 2); if (k > 3) d <- d[-sample(72, 15), ] }
save(d, "saddle"); print(REMLcrit(lmer(y ~ t * x + (t | g), d, control = tight)), digits = 10)
keep(out, "mixed_more"); keep(joint, "mixed_joint"); keep(ml, "mixed_ml"); keep(rest, "mixed_residuals")
