# Draws a list anew, by the documentation of lowdose.trial.randomise.{chance,draw,seal} alone:
# blocks of 4 or 6 people, two sequences, no strata, 40 people, the key 00 01 02 ... 1f.
#   Rscript list.R > list_from_r.csv        (R 4.2, digest)
library(digest)
key <- as.raw(0:31)
keyed <- function(purpose) {
  hex <- hmac(key, charToRaw(purpose), algo = "sha256", serialize = FALSE)
  strtoi(substring(hex, seq(1, 63, 2), seq(2, 64, 2)), 16L)
}
stream <- function(purpose) {
  block <- -1; left <- list()
  function() {
    if (!length(left)) {
      block <<- block + 1
      bytes <- keyed(paste(purpose, block))
      left <<- lapply(0:3, function(word) bytes[word * 8 + 1:8])
    }
    word <- left[[1]]; left <<- left[-1]; word
  }
}
modulo <- function(word, many) Reduce(function(so_far, byte) (so_far * 256 + byte) %% many, word, 0)
below <- function(draw, many) {
  rest <- modulo(c(1, rep(0, 8)), many)              # 2^64 mod many
  repeat {
    word <- draw()
    late <- all(word[1:6] == 255) && word[7] * 256 + word[8] >= 65536 - rest
    if (!late) return(modulo(word, many))
  }
}
draw <- stream("sequences "); drawn <- c()
while (length(drawn) < 40) {
  size <- c(4, 6)[below(draw, 2) + 1]
  block <- rep(c(0, 1), size / 2)
  for (last in (size - 1):1) {
    other <- below(draw, last + 1)
    block[c(last, other) + 1] <- block[c(other, last) + 1]
  }
  drawn <- c(drawn, block)
}
letters32 <- c(LETTERS, 2:7)
code <- function(person) {
  bytes <- keyed(paste("code", person))[1:15]
  bits <- as.vector(sapply(bytes, function(byte) rev(as.integer(intToBits(byte))[1:8])))
  values <- apply(matrix(bits, nrow = 5), 2, function(five) sum(five * 2^(4:0)))
  text <- paste(letters32[values[1:20] + 1], collapse = "")
  paste(substring(text, c(1, 6, 11, 16), c(5, 10, 15, 20)), collapse = "-")
}
person <- sprintf("%02d", 1:40)
cat("person,sequence,code\n")
cat(sprintf("%s,%d,%s\n", person, drawn[1:40], sapply(person, code)), sep = "")
