# Rscript sequential.R; R 4.2, rpact 3.3.4. Its output is sequential.csv.
# Two-sided 5 % throughout; crossing, power and the expected share of people at drift 2.8, that is
# theta = 2.8 / sqrt(nMax); inflation at power 0.8 (getDesignCharacteristics).
suppressMessages(library(rpact))
out <- list()
note <- function(name, what, values)
  out[[length(out) + 1]] <<- data.frame(name = name, what = what, look = seq_along(values), value = values)
study <- function(name, d) {
  note(name, "limit", d$criticalValues)
  p <- getPowerAndAverageSampleNumber(d, theta = 2.8 / sqrt(100), nMax = 100)
  note(name, "crossed", p$rejectPerStage[, 1])
  note(name, "power", p$overallReject)
  note(name, "expected", p$averageSampleNumber / 100)
  note(name, "inflation", getDesignCharacteristics(d)$inflationFactor)
}
design <- function(type, ...)
  getDesignGroupSequential(alpha = 0.05, beta = 0.2, sided = 2, typeOfDesign = type, tolerance = 1e-10, ...)
for (k in 2:5) study(paste0("pocock-", k), design("P", kMax = k))
for (k in 2:5) study(paste0("obrien-fleming-", k), design("OF", kMax = k))
f <- c(0.3, 0.55, 0.8, 1)
study("lan-demets-pocock", design("asP", informationRates = f))
study("lan-demets-obrien-fleming", design("asOF", informationRates = f))
study("pocock-unequal", design("P", informationRates = f))
study("obrien-fleming-unequal", design("OF", informationRates = f))
write.csv(format(do.call(rbind, out), digits = 10, trim = TRUE), "sequential.csv", row.names = FALSE, quote = FALSE)
