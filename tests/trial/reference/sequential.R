# Rscript sequential.R; R 4.2, rpact. Its output is sequential.txt.
# Two-sided 5 %: rpact's one-sided 2.5 % boundaries differ from two-sided ones by less than 1e-6 here,
# since crossing both boundaries hardly ever happens; sided = 2 is used where rpact has it.
suppressMessages(library(rpact))
show <- function(name, d) cat(name, format(d$criticalValues, digits = 8), "\n")
for (k in 2:5) show(paste0("pocock-", k), getDesignGroupSequential(kMax = k, alpha = 0.05, sided = 2, typeOfDesign = "P", tolerance = 1e-10))
for (k in 2:5) show(paste0("obrien-fleming-", k), getDesignGroupSequential(kMax = k, alpha = 0.05, sided = 2, typeOfDesign = "OF", tolerance = 1e-10))
f <- c(0.3, 0.55, 0.8, 1)
show("lan-demets-pocock", getDesignGroupSequential(informationRates = f, alpha = 0.05, sided = 2, typeOfDesign = "asP", tolerance = 1e-10))
show("lan-demets-obrien-fleming", getDesignGroupSequential(informationRates = f, alpha = 0.05, sided = 2, typeOfDesign = "asOF", tolerance = 1e-10))
d <- getDesignGroupSequential(kMax = 4, alpha = 0.05, sided = 2, typeOfDesign = "OF", tolerance = 1e-10)
p <- getPowerAndAverageSampleNumber(d, theta = 2.8 / sqrt(100), nMax = 100)
cat("power", format(p$overallReject, digits = 8), "asn", format(p$averageSampleNumber, digits = 8), "\n")
