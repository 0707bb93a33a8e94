# Reference values for the tests of lowdose.evidence, by metafor.
#
#     Rscript make_metafor.R
#
# some minutes later has written metafor.json and data/*.csv beside itself. Needs R with metafor, metadat, lme4, BiasedUrn,
# numDeriv and jsonlite. Iterations are run until they stand still, where metafor would stop sooner.

suppressMessages({
  library(metafor)
  library(metadat)
  library(jsonlite)
})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
exact <- list(threshold = 1e-13, maxiter = 100000, tol = 1e-13)

methods <- c(common = "EE", dl = "DL", he = "HE", hs = "HS", sj = "SJ", ml = "ML",
             reml = "REML", eb = "EB", pm = "PM")

keep <- function(name, data, columns) {
  rows <- as.data.frame(data)[, columns]
  write.csv(rows, file.path(here, "data", paste0(name, ".csv")), row.names = FALSE, quote = FALSE)
}
keep("bcg", dat.bcg, c("tpos", "tneg", "cpos", "cneg", "ablat", "alloc"))
keep("hackshaw1998", dat.hackshaw1998, c("yi", "vi"))
keep("normand1999", dat.normand1999, c("n1i", "m1i", "sd1i", "n2i", "m2i", "sd2i"))
keep("hart1999", dat.hart1999, c("x1i", "n1i", "t1i", "x2i", "n2i", "t2i"))
# Only the trials that report responders.
herb <- subset(dat.linde2005, !is.na(ai) & !is.na(ci))
keep("linde2005", herb, c("ai", "n1i", "ci", "n2i", "group"))
keep("li2007", dat.li2007, c("ai", "n1i", "ci", "n2i"))
keep("nielweise2007", dat.nielweise2007, c("ai", "n1i", "ci", "n2i"))
keep("raudenbush1985", dat.raudenbush1985, c("weeks", "yi", "vi"))
keep("bangertdrowns2004", dat.bangertdrowns2004, c("length", "ni", "yi", "vi"))
keep("pignon2000", dat.pignon2000, c("OmE", "V", "grp"))
keep("pritz1997", dat.pritz1997, c("xi", "ni"))
bleeding <- subset(dat.collins1985a, !is.na(b.xti))
keep("collins1985a", bleeding, c("b.xti", "nti", "b.xci", "nci"))

bare <- function(es) list(yi = as.numeric(es$yi), vi = as.numeric(es$vi))
data <- list(
  bcg = bare(escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)),
  hackshaw1998 = bare(dat.hackshaw1998),
  normand1999 = bare(escalc("SMD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i,
                            n2i = n2i, data = dat.normand1999)),
  hart1999 = bare(escalc("IRR", x1i = x1i, t1i = t1i, x2i = x2i, t2i = t2i, data = dat.hart1999)),
  linde2005 = bare(escalc("RR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = herb)),
  li2007 = bare(escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.li2007)),
  nielweise2007 = bare(escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i,
                              data = dat.nielweise2007)),
  raudenbush1985 = bare(dat.raudenbush1985),
  bangertdrowns2004 = bare(dat.bangertdrowns2004),
  pignon2000 = list(yi = dat.pignon2000$OmE / dat.pignon2000$V, vi = 1 / dat.pignon2000$V),
  pritz1997 = bare(escalc("PFT", xi = xi, ni = ni, data = dat.pritz1997)),
  collins1985a = bare(escalc("OR", ai = b.xti, n1i = nti, ci = b.xci, n2i = nci, data = bleeding))
)

fitted <- function(d, method, test, ...) {
  suppressWarnings(rma(d$yi, d$vi, method = method, test = test, control = exact, ...))
}
numbers <- function(r) {
  p <- predict(r)
  list(estimate = r$beta[1], se = r$se, low = r$ci.lb, high = r$ci.ub, statistic = r$zval,
       p = r$pval, tau2 = r$tau2, i2 = r$I2, h2 = r$H2, q = r$QE, q_p = r$QEp,
       prediction_low = p$pi.lb, prediction_high = p$pi.ub)
}
pools <- lapply(data, function(d) lapply(methods, function(m)
  lapply(c(z = "z", knha = "knha", adhoc = "adhoc"), function(t) numbers(fitted(d, m, t)))))
weights <- lapply(data, function(d) as.numeric(weights(fitted(d, "REML", "z"))))
profile <- lapply(data, function(d) {
  found <- confint(fitted(d, "REML", "z"), control = list(tau2.max = 1000, tol = 1e-12))$random
  list(low = found[, "ci.lb"], high = found[, "ci.ub"])
})
table_of <- function(x) lapply(unclass(x)[c("estimate", "se", "pval", "ci.lb", "ci.ub", "Q", "tau2", "I2",
                                   "H2")], as.numeric)
left_out <- lapply(data[c("bcg", "normand1999", "li2007")], function(d)
  table_of(leave1out(fitted(d, "REML", "knha"))))
growing <- lapply(data[c("bcg", "normand1999", "li2007")], function(d) {
  found <- cumul(fitted(d, "REML", "z"))
  lapply(unclass(found)[c("estimate", "se", "pval", "ci.lb", "ci.ub", "tau2")], as.numeric)
})
egger <- function(d, model) {
  r <- regtest(fitted(d, "REML", "z"), model = model)
  list(statistic = r$zval, p = r$pval, limit = r$est, low = r$ci.lb, high = r$ci.ub)
}
lopsided <- lapply(data, function(d) {
  rank <- suppressWarnings(ranktest(d$yi, d$vi))
  list(lm = egger(d, "lm"), mixed = egger(d, "rma"),
       begg = list(tau = as.numeric(rank$tau), p = as.numeric(rank$pval)))
})
filled <- lapply(data, function(d) lapply(c(L0 = "L0", R0 = "R0"), function(e) {
  r <- suppressWarnings(trimfill(fitted(d, "DL", "z"), estimator = e))
  list(missing = r$k0, side = r$side, estimate = r$beta[1], se = r$se, tau2 = r$tau2)
}))

regression <- function(r) {
  list(coefficients = as.numeric(r$beta), se = r$se, statistic = r$zval, p = r$pval,
       low = r$ci.lb, high = r$ci.ub, tau2 = r$tau2, i2 = r$I2, h2 = r$H2, r2 = r$R2,
       qe = r$QE, qe_p = r$QEp, qm = r$QM, qm_p = r$QMp)
}
moderated <- function(d, mods) lapply(methods, function(m)
  lapply(c(z = "z", knha = "knha", adhoc = "adhoc"),
         function(t) regression(fitted(d, m, t, mods = mods))))
complete <- !is.na(dat.bangertdrowns2004$length)
written <- list(yi = data$bangertdrowns2004$yi[complete], vi = data$bangertdrowns2004$vi[complete])
regressions <- list(
  bcg = moderated(data$bcg, cbind(dat.bcg$ablat, dat.bcg$alloc == "random")),
  bangertdrowns2004 = moderated(written, cbind(dat.bangertdrowns2004$length[complete])),
  raudenbush1985 = moderated(data$raudenbush1985, cbind(dat.raudenbush1985$weeks))
)
ahead <- lapply(c(z = "z", knha = "knha"), function(t) {
  p <- predict(fitted(data$bcg, "REML", t, mods = cbind(dat.bcg$ablat)), newmods = 30)
  list(estimate = p$pred, se = p$se, low = p$ci.lb, high = p$ci.ub, prediction_low = p$pi.lb,
       prediction_high = p$pi.ub)
})

apart <- function(d, group) {
  fits <- lapply(split(seq_along(group), group), function(i)
    fitted(list(yi = d$yi[i], vi = d$vi[i]), "REML", "z"))
  means <- sapply(fits, function(r) r$beta[1])
  between <- rma(means, sei = sapply(fits, function(r) r$se), method = "EE")
  list(names = names(fits), estimate = as.numeric(means), q = between$QE, p = between$QEp)
}
grouped <- list(bcg = apart(data$bcg, dat.bcg$alloc))

tabled <- function(r) list(estimate = r$beta[1], se = r$se, low = r$ci.lb, high = r$ci.ub,
                           statistic = r$zval, p = r$pval, q = r$QE, q_p = r$QEp)
four <- list(
  bcg = with(dat.bcg, data.frame(ai = tpos, n1i = tpos + tneg, ci = cpos, n2i = cpos + cneg)),
  li2007 = dat.li2007, nielweise2007 = dat.nielweise2007, linde2005 = herb,
  collins1985a = with(bleeding, data.frame(ai = b.xti, n1i = nti, ci = b.xci, n2i = nci)))
mantel <- lapply(four, function(d) lapply(c(OR = "OR", RR = "RR", RD = "RD"), function(m)
  suppressWarnings(tabled(rma.mh(measure = m, ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = d)))))
mantel$hart1999 <- list(IRR = tabled(rma.mh(measure = "IRR", x1i = x1i, t1i = t1i, x2i = x2i,
                                            t2i = t2i, data = dat.hart1999)))
peto <- lapply(four, function(d)
  suppressWarnings(tabled(rma.peto(ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = d))))
rare <- lapply(four[c("bcg", "li2007", "nielweise2007", "collins1985a")], function(d) {
  r <- suppressWarnings(rma.glmm(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = d,
                                 model = "CM.EL"))
  list(estimate = r$beta[1], se = r$se, low = r$ci.lb, high = r$ci.ub, p = r$pval, tau2 = r$tau2)
})

# The same with densities and integrals to 12 digits, a minute or more each: by default metafor stops
# at four figures.
exact <- list(dnchgcalc = "dFNCHypergeo", dnchgprec = 1e-14,
              intCtrl = list(rel.tol = 1e-12, subdivisions = 500L))
rare_to_the_end <- lapply(four[c("bcg", "nielweise2007")], function(d) {
  r <- suppressWarnings(rma.glmm(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = d,
                                 model = "CM.EL", control = exact))
  list(estimate = r$beta[1], se = r$se, tau2 = r$tau2)
})

# Every measure. The arms of the paired ones are made up.
arms <- list(m1i = c(5.1, 4.2, 6.0), sd1i = c(2.0, 1.5, 2.4), m2i = c(6.3, 5.0, 5.8),
             sd2i = c(2.2, 1.4, 2.0), ni = c(12, 31, 8), ri = c(0.5, 0.7, 0.2))
two <- dat.normand1999
pair <- function(measure) bare(do.call(escalc, c(list(measure = measure), arms)))
means <- function(measure, ...) bare(escalc(measure, m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i,
                                            sd2i = sd2i, n2i = n2i, data = two, ...))
counted <- function(measure, d) bare(escalc(measure, ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = d))
single <- function(measure) bare(escalc(measure, xi = xi, ni = ni, data = dat.pritz1997))
effects <- list(
  arms = arms,
  MD = means("MD"), MD_HO = means("MD", vtype = "HO"), SMD_LS = means("SMD"),
  SMD_LS2 = means("SMD", vtype = "LS2"), SMD_UB = means("SMD", vtype = "UB"), ROM = means("ROM"), VR = means("VR"),
  MC = pair("MC"), SMCC = pair("SMCC"), SMCR = pair("SMCR"),
  MN = bare(escalc("MN", mi = m1i, sdi = sd1i, ni = n1i, data = two)),
  RR = lapply(four, function(d) counted("RR", d)), OR = lapply(four, function(d) counted("OR", d)),
  RD = lapply(four, function(d) counted("RD", d)),
  IRR = bare(escalc("IRR", x1i = x1i, t1i = t1i, x2i = x2i, t2i = t2i, data = dat.hart1999)),
  IRR_zero = bare(escalc("IRR", x1i = c(0, 4), t1i = c(10, 20), x2i = c(3, 0), t2i = c(12, 25))),
  PR = single("PR"), PLO = single("PLO"), PFT = single("PFT"),
  PFT_back = transf.ipft(escalc("PFT", xi = dat.pritz1997$xi, ni = dat.pritz1997$ni)$yi,
                         dat.pritz1997$ni)
)

write_json(
  list(made_by = list(R = R.version.string, metafor = as.character(packageVersion("metafor")),
                      metadat = as.character(packageVersion("metadat")),
                      lme4 = as.character(packageVersion("lme4"))),
       data = data, pools = pools, weights = weights, profile = profile, left_out = left_out,
       growing = growing, lopsided = lopsided, filled = filled, regressions = regressions,
       ahead = ahead, grouped = grouped, mantel = mantel, peto = peto,
       rare_to_the_end = rare_to_the_end, rare = rare,
       effects = effects),
  file.path(here, "metafor.json"), digits = NA, auto_unbox = TRUE, pretty = 1, na = "null")
