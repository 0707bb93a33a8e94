# Reference values for pooled shares and risks and for effects against doses, by metafor.
#
#     Rscript make_harms_doses.R
#
# writes harms_doses.json beside itself, from data/*.csv. Needs R with metafor, lme4 and jsonlite.

suppressMessages({
  library(metafor)
  library(jsonlite)
})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
table <- function(name) read.csv(file.path(here, "data", paste0(name, ".csv")))

bcg <- table("bcg")
bleeding <- table("collins1985a")
four <- list(
  bcg = with(bcg, data.frame(ai = tpos, n1i = tpos + tneg, ci = cpos, n2i = cpos + cneg)),
  nielweise2007 = table("nielweise2007"), linde2005 = table("linde2005"),
  collins1985a = with(bleeding, data.frame(ai = b.xti, n1i = nti, ci = b.xci, n2i = nci)))

# The comparators' shares: log odds, binomial-normal, 41 nodes.
shares <- lapply(four, function(d) {
  r <- rma.glmm(measure = "PLO", xi = ci, ni = n2i, data = d, nAGQ = 41)
  list(estimate = r$beta[1], se = r$se, tau2 = r$tau2)
})

# Both arms: random middles, random log odds ratios with halves (Laplace, which is all lme4 has).
both <- lapply(four, function(d) {
  r <- suppressWarnings(rma.glmm(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = d,
                                 model = "UM.RS", coding = 1 / 2, nAGQ = 1))
  list(estimate = r$beta[1], se = r$se, tau2 = r$tau2)
})

# Effects against how long something was given, as if that were a dose, through zero.
d <- subset(table("bangertdrowns2004"), !is.na(length) & length > 0)
# By rma.mv: rma of metafor 3.8-1 centres effects before it takes squares, which is wrong without an
# intercept; its QE and tau2 are not those of the model then.
d$id <- seq_len(nrow(d))
still <- list(rel.tol = 1e-9, iter.max = 5000, eval.max = 9000)
added <- function(formula, method = "REML") rma.mv(yi, vi, mods = formula, random = ~ 1 | id, data = d,
                                                   method = method, control = still)
told <- function(r) list(estimate = as.numeric(r$beta), se = as.numeric(r$se), low = r$ci.lb,
                         high = r$ci.ub, tau2 = r$sigma2, qe = r$QE, qe_p = r$QEp, qm = r$QM,
                         qm_p = r$QMp)
through <- told(added(~ 0 + length))
turning <- told(added(~ 0 + length + I(length^2)))
# Slopes of their own for each trial; the variance between slopes grows with the dose squared.
sloped <- rma.mv(yi, vi, mods = ~ 0 + length, random = list(~ 0 + length | id), struct = "GEN",
                 data = d, control = still)
slopes <- list(estimate = sloped$beta[1], se = sloped$se, tau2 = sloped$tau2)

height <- function(columns) {
  d$columns <<- columns
  as.numeric(logLik(added(~ 0 + columns, "ML")))
}
shapes <- list(level = height(rep(1, nrow(d))), slope = height(d$length),
               turning = height(cbind(d$length, d$length^2)))
emax <- function(half) height(d$length / (half + d$length))
best <- optimize(function(log) emax(exp(log)), log(c(min(d$length) / 10, max(d$length) * 10)),
                 maximum = TRUE, tol = 1e-9)
half <- exp(best$maximum)
at <- added(~ 0 + I(length / (half + length)), "ML")
shapes$emax <- best$objective

write_json(
  list(made_by = list(R = R.version.string, metafor = as.character(packageVersion("metafor")),
                      lme4 = as.character(packageVersion("lme4"))),
       shares = shares, both = both,
       doses = list(through = through, turning = turning, slopes = slopes, shapes = shapes,
                    emax = list(half = half, highest = at$beta[1], tau2 = at$sigma2))),
  file.path(here, "harms_doses.json"), digits = NA, auto_unbox = TRUE, pretty = 1)
