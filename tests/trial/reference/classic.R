# Rscript classic.R, in this folder: classical analyses in R 4.2, written to classic.csv (set, analysis, term, estimate,
# se, df), responders.csv (two by two tables) and closed_form.csv (power). lme4, lmerTest and pbkrtest for "mixed", pwr
# for unequal groups, else R's own packages. Some seconds.
suppressMessages({library(lme4); library(lmerTest)})
options(digits = 12)
out <- list()
note <- function(set, analysis, term, estimate, se, df) out[[length(out) + 1]] <<- data.frame(set, analysis, term, estimate, se, df)
of_test <- function(set, analysis, t, difference) note(set, analysis, "", difference, t$stderr, t$parameter)
of_lm <- function(set, analysis, fit, start) {
  s <- coef(summary(fit))
  for (row in grep(paste0("^", start), rownames(s), value = TRUE))
    note(set, analysis, sub(start, "", row), s[row, "Estimate"], s[row, "Std. Error"], fit$df.residual)
}

# The reference treatment of each set: what the others are compared with.
sets <- c(patel1983 = "A", senn2002_pef = "S", grizzle1965 = "A", cochran1957 = "A", ratkowsky1992 = "A", jones2014_pefr = "A",
          jones2014_missing = "A", cochran1941 = "A", bliss1967 = "A", davis1969 = "A", federer1964 = "A", hunter1970 = "A",
          jones2014_claudication = "P", jones2014_respiratory = "A", senn2002_fev1 = "P", jones2014_hypertension = "A")
for (set in names(sets)) {
  wide <- read.csv(file.path("..", "data", paste0(set, ".csv")))
  y <- as.matrix(wide[, grep("^period", names(wide))])
  n <- nrow(y); k <- ncol(y)
  given <- t(sapply(strsplit(wide$sequence, ""), identity))
  long <- data.frame(y = c(y), person = factor(rep(1:n, k)), period = factor(rep(1:k, each = n)), treat = c(given),
                     before = c(rep("none", n), c(given[, -k])))
  long$treat <- relevel(factor(long$treat), sets[[set]])
  long$before <- factor(long$before, c(sets[[set]], setdiff(sort(unique(long$before)), sets[[set]])))
  of_lm(set, "crossover", lm(y ~ person + period + treat, long), "treat")
  balaam <- set == "hunter1970"
  if (k > 2 || balaam) {
    with_carry <- lm(y ~ person + period + treat + before, long)
    of_lm(set, "carry-over", with_carry, "treat")
    s <- coef(summary(with_carry)); s <- s[!rownames(s) == "beforenone", , drop = FALSE]
    for (row in grep("^before", rownames(s), value = TRUE))
      note(set, "carried", sub("before", "", row), s[row, 1], s[row, 2], with_carry$df.residual)
  } else if (length(unique(long$treat)) == 2) {
    whole <- complete.cases(y)
    late <- given[whole, 2] == sets[[set]]                      # the treatment first, the reference second
    y <- y[whole, ]
    half <- (y[, 1] - y[, 2]) / 2
    of_test(set, "two periods", t.test(half[late], half[!late], var.equal = TRUE), mean(half[late]) - mean(half[!late]))
    total <- rowSums(y)
    of_test(set, "totals", t.test(total[late], total[!late], var.equal = TRUE), mean(total[late]) - mean(total[!late]))
    of_test(set, "first period", t.test(y[late, 1], y[!late, 1], var.equal = TRUE), mean(y[late, 1]) - mean(y[!late, 1]))
    of_test(set, "first period Welch", t.test(y[late, 1], y[!late, 1]), mean(y[late, 1]) - mean(y[!late, 1]))
    if (all(whole)) {
      fit <- lmer(y ~ period + treat + (1 | person), long, control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12)))
      s <- coef(summary(fit, ddf = "Kenward-Roger")); row <- grep("^treat", rownames(s))
      note(set, "mixed", sub("treat", "", rownames(s)[row]), s[row, 1], s[row, 2], s[row, "df"])
    }
    if ("baseline_1" %in% names(wide)) {
      first <- data.frame(y = y[, 1], baseline = wide$baseline_1, drug = late + 0)
      of_lm(set, "ancova", lm(y ~ baseline + drug, first), "drug")
      t <- t.test((y[, 1] - wide$baseline_1)[late], (y[, 1] - wide$baseline_1)[!late], var.equal = TRUE)
      of_test(set, "change", t, -diff(t$estimate))
    }
  }
}
# Cushny and Peebles 1905, by way of Student 1908: hours of sleep gained on two drugs by the same ten people.
extra <- datasets::sleep$extra
write.csv(data.frame(first = extra[1:10], second = extra[11:20]), "../data/cushny1905.csv", row.names = FALSE)
paired <- t.test(extra[1:10], extra[11:20], paired = TRUE)
note("cushny1905", "paired", "", -paired$estimate, paired$stderr, paired$parameter)
write.csv(do.call(rbind, out), "classic.csv", row.names = FALSE, quote = FALSE)

# Power. `strict` counts the wrong tail too, as a two-sided test does.
power <- list()
keep <- function(what, effect, spread, first, second, value) power[[length(power) + 1]] <<- data.frame(what, effect, spread, first, second, value)
for (n in c(2, 8, 20, 64)) for (d in c(0, 0.2, 0.5, 1.5)) {
  keep("two groups", d, 1.3, n, n, power.t.test(n, d, 1.3, strict = TRUE)$power)
  keep("paired", d, 1.3, n, NA, power.t.test(n, d, 1.3, type = "paired", strict = TRUE)$power)
}
for (n in list(c(10, 30), c(25, 24))) {  # unequal groups by pwr
  keep("two groups", 0.8, 1, n[1], n[2], pwr::pwr.t2n.test(n[1], n[2], 0.8)$power)
}
for (n in c(20, 50, 200)) for (p in list(c(0.5, 0.3), c(0.15, 0.1), c(0.3, 0.3)))
  keep("proportions", p[1], p[2], n, n, power.prop.test(n, p[1], p[2], strict = TRUE)$power)
for (d in c(0.4, 0.8)) for (n in c(12, 30)) {  # the baseline's chance imbalance averaged over, by integration
  for (r in c(0, 0.5, 0.8)) {
    df <- 2 * n - 3
    one <- function(q) sapply(q, function(q) {
      se <- sqrt((1 - r^2) * 2 / n / (1 - qbeta(q, 0.5, n - 1)))
      crit <- qt(0.975, df)
      pt(-crit, df, d / se) + pt(crit, df, d / se, lower.tail = FALSE)
    })
    keep("ancova", d, r, n, n, integrate(one, 0, 1, rel.tol = 1e-10, subdivisions = 1000)$value)
  }
}
# Two one-sided tests: the definition, integrated over the standard deviation.
tost <- function(n, cv, ratio, low = 0.8, high = 1.25, alpha = 0.05, parallel = FALSE) {
  a <- n %/% 2; b <- n - a; df <- n - 2
  s <- sqrt(log(1 + cv^2)); se <- s * sqrt((1 / a + 1 / b) * if (parallel) 1 else 0.5)
  crit <- qt(1 - alpha, df)
  inside <- function(u) pmax(0, pnorm((log(high) - log(ratio)) / se - crit * u) - pnorm((log(low) - log(ratio)) / se + crit * u))
  dens <- function(u) 2 * df * u * dchisq(df * u^2, df) * inside(u)
  top <- (log(high) - log(low)) / (2 * crit * se)
  cuts <- sort(unique(c(0, pmin(top, c(0.5, 0.8, 1, 1.2, 1.6, 3)), top)))
  sum(sapply(seq_along(cuts)[-1], function(i) integrate(dens, cuts[i - 1], cuts[i], rel.tol = 1e-11)$value))
}
for (cv in c(0.1, 0.3, 0.5)) for (n in c(5, 12, 40, 81)) for (ratio in c(0.9, 0.95, 1, 1.25))
  keep("equivalence", ratio, cv, n, NA, tost(n, cv, ratio))
for (n in c(30, 101)) keep("equivalence parallel", 0.95, 0.3, n, NA, tost(n, 0.3, 0.95, parallel = TRUE))
write.csv(do.call(rbind, power), "closed_form.csv", row.names = FALSE, quote = FALSE)
# Two by two tables: as two groups (a of a + b respond, c of c + d) and as pairs (both, first, second, neither).
# Ratios by binomial regression with a log and a logit link.
tables <- list(newcombe = c(56, 14, 48, 32), perondi = c(7, 27, 1, 33), cavo = c(59, 6, 16, 80), bentur = c(1, 1, 7, 12),
               made = c(30, 20, 15, 35))
two <- suppressWarnings(lapply(names(tables), function(name) {
  n <- tables[[name]]; y <- matrix(n, 2, byrow = TRUE); x <- c(1, 0)
  tight <- glm.control(epsilon = 1e-12, maxit = 200)
  link <- function(l) coef(summary(glm(y ~ x, binomial(l), start = if (l == "log") c(log(n[3] / sum(n[3:4])), 0), control = tight)))["x", 1:2]
  ratio <- link("log"); odds <- link("logit")
  data.frame(table = name, a = n[1], b = n[2], c = n[3], d = n[4],
             chi = prop.test(y, correct = FALSE)$statistic, ratio_log = ratio[1], ratio_se = ratio[2],
             odds_log = odds[1], odds_se = odds[2], mcnemar = mcnemar.test(y, correct = FALSE)$statistic,
             exact = binom.test(n[2], n[2] + n[3])$p.value)
}))
write.csv(do.call(rbind, two), "responders.csv", row.names = FALSE, quote = FALSE)
