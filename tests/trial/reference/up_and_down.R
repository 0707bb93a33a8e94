# Rscript up_and_down.R; R 4.2, base only. Its output is up_and_down.csv.
# Data: Benhamou, Ghosh, Mercier 2003 (doi:10.1097/00000542-200312000-00022), read off their figure 1
# by A. Oron for the vignette of his package cir; the last person's answer is not known.
# isotonic: isoreg; probit: glm, the maximum that Dixon and Mood's sums approximate; dixon-mood: the
# sums of their paper (doi:10.2307/2280071), written out person by person.
d <- read.csv("../data/benhamou2003.csv")
out <- list()
note <- function(drug, what, at, values)
  out[[length(out) + 1]] <<- data.frame(levobupivacaine = drug, what = what, at = at, value = values)
for (drug in 0:1) {
  one <- d[d$levobupivacaine == drug, ]
  ordered <- one[order(one$concentration, -one$effective), ]
  fit <- isoreg(seq_len(nrow(ordered)), ordered$effective)$yf
  # within a dose responses come first, so that isoreg pools all of a dose's people
  note(drug, "isotonic", sort(unique(ordered$concentration)), tapply(fit, ordered$concentration, mean))
  b <- coef(glm(effective ~ concentration, binomial("probit"), one))
  note(drug, "probit", c(0.5, 0.95), (qnorm(c(0.5, 0.95)) - b[1]) / b[2])
  few <- if (sum(one$effective) <= nrow(one) / 2) 1 else 0
  x <- round((one$concentration[one$effective == few] - min(one$concentration)) / 0.01)
  N <- length(x); A <- sum(x); B <- sum(x^2)
  m <- min(one$concentration) + 0.01 * (A / N + if (few == 1) -0.5 else 0.5)
  s <- 1.62 * 0.01 * ((N * B - A^2) / N^2 + 0.029)
  note(drug, "dixon-mood", c(0.5, 0.95), m + qnorm(c(0.5, 0.95)) * s)
}
write.csv(format(do.call(rbind, out), digits = 10, trim = TRUE), "up_and_down.csv", row.names = FALSE, quote = FALSE)
