# How haven reads the transport files of tests/report/test_trial_datasets.py.
# Files:  python tests/report/trial_adam_files.py FOLDER    (from the project's folder)
# Then:   Rscript trial_adam.R FOLDER > trial_adam.json
suppressMessages({library(haven); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
about <- function(name) {
  d <- read_xpt(file.path(folder, paste0(name, ".xpt")))
  numbers <- names(d)[sapply(d, is.numeric)]
  texts <- names(d)[sapply(d, is.character)]
  list(
    rows = nrow(d),
    names = names(d),
    labels = unname(sapply(d, function(x) attr(x, "label"))),
    dates = names(d)[sapply(d, inherits, "Date")],
    first_dates = lapply(d[sapply(d, inherits, "Date")], function(x) format(min(x, na.rm = TRUE))),
    sums = lapply(d[setdiff(numbers, names(d)[sapply(d, inherits, "Date")])], function(x) sum(x, na.rm = TRUE)),
    missing = lapply(d[numbers], function(x) sum(is.na(x))),
    texts = lapply(d[texts], function(x) as.list(table(x[x != ""])))
  )
}
cat(toJSON(list(r = R.version.string, haven = as.character(packageVersion("haven")),
  adsl = about("adsl"), addiary = about("addiary")), auto_unbox = TRUE, digits = 10, pretty = TRUE), "\n")
