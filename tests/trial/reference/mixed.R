# Rscript mixed.R, in this folder: mixed models in R, written to mixed.csv (model, term, estimate, se,
# Satterthwaite df, Kenward-Roger se and df, REML criterion). R 4.2, lme4, lmerTest, pbkrtest, nlme.
# Writes the data sets that come with lme4 and nlme to ../data.
suppressMessages({library(lme4); library(lmerTest); library(pbkrtest); library(nlme)})
out <- list()
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e6))
save <- function(d, name) write.csv(d, file.path("..", "data", paste0(name, ".csv")), row.names = FALSE)
code <- function(x) as.integer(factor(x, levels = unique(x))) - 1
note <- function(name, fit, krterms = TRUE) {
  s <- coef(summary(fit)); k <- coef(summary(fit, ddf = "Kenward-Roger"))
  va <- sqrt(diag(as.matrix(vcovAdj(fit))))
  for (t in rownames(s)) out[[length(out) + 1]] <<- data.frame(model = name, term = t,
    estimate = s[t, "Estimate"], se = s[t, "Std. Error"], df = s[t, "df"],
    kr_se = va[match(t, rownames(s))], kr_df = k[t, "df"], criterion = REMLcrit(fit))
}
d <- with(sleepstudy, data.frame(reaction = Reaction, days = Days, subject = code(as.character(Subject))))
save(d, "sleepstudy"); note("sleepstudy", lmer(reaction ~ days + (days | subject), d, control = tight))
d <- with(Penicillin, data.frame(diameter, plate = code(as.character(plate)), sample = code(as.character(sample))))
save(d, "penicillin"); note("penicillin", lmer(diameter ~ 1 + (1 | plate) + (1 | sample), d, control = tight))
d <- with(as.data.frame(nlme::Machines), data.frame(score, machine = code(as.character(Machine)), worker = code(as.character(Worker))))
save(d, "machines"); note("machines", lmer(score ~ factor(machine) + (1 | worker) + (1 | worker:machine), d, control = tight))
d <- with(as.data.frame(nlme::Orthodont), data.frame(distance, age, female = as.integer(Sex == "Female"), subject = code(as.character(Subject))))
d <- d[-c(7, 30, 31, 90), ]                               # four rows left out, so that it is unbalanced
save(d, "orthodont"); note("orthodont", lmer(distance ~ age * female + (age | subject), d, control = tight))
d <- with(as.data.frame(nlme::ergoStool), data.frame(effort, type = code(as.character(Type)), subject = code(as.character(Subject))))
save(d, "ergostool"); note("ergostool", lmer(effort ~ factor(type) + (1 | subject), d, control = tight))
write.csv(do.call(rbind, out), "mixed.csv", row.names = FALSE)

h <- read.csv("../data/hamd17.csv"); h$visit <- as.integer(factor(h$week)); h$drug <- as.integer(h$arm == 2)
g <- gls(change ~ 0 + factor(week) + factor(week):drug + factor(week):baseline, h, method = "REML",
         correlation = corSymm(form = ~ visit | patient), weights = varIdent(form = ~ 1 | week),
         control = glsControl(tolerance = 1e-12, msTol = 1e-14, maxIter = 500, msMaxIter = 1000, opt = "optim", optimMethod = "BFGS"))
s <- summary(g)$tTable; w <- paste0("factor(week)", c(1, 2, 4, 6, 8), ":drug")
write.csv(data.frame(week = c(1, 2, 4, 6, 8), estimate = s[w, 1], se = s[w, 2], criterion = -2 * as.numeric(logLik(g))), "mmrm.csv", row.names = FALSE)
last <- h[h$week == 8, ]
a <- coef(summary(lm(change ~ drug + baseline, last))); b <- coef(summary(lm(change ~ drug + baseline + factor(investigator), last)))
df <- c(lm(change ~ drug + baseline, last)$df.residual, lm(change ~ drug + baseline + factor(investigator), last)$df.residual)
write.csv(data.frame(strata = 0:1, estimate = c(a["drug", 1], b["drug", 1]), se = c(a["drug", 2], b["drug", 2]), df = df), "ancova.csv", row.names = FALSE)
o <- with(as.data.frame(nlme::Ovary), data.frame(mare = code(as.character(Mare)), time = Time, follicles)); o$day <- ave(o$time, o$mare, FUN = seq_along)
save(o, "ovary")
f <- lme(follicles ~ sin(2 * pi * time) + cos(2 * pi * time), random = ~ 1 | mare, o, correlation = corAR1(form = ~ day | mare),
         control = lmeControl(tolerance = 1e-10, msTol = 1e-12, maxIter = 500, msMaxIter = 500))
write.csv(data.frame(term = 0:2, estimate = summary(f)$tTable[, 1], se = summary(f)$tTable[, 2], criterion = -2 * as.numeric(logLik(f))), "ovary_ar1.csv", row.names = FALSE)
