"""One Gaussian linear mixed model at a time: REML, Satterthwaite, Kenward-Roger."""
