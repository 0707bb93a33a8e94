"""How sure a pooled answer is: trials judged, then the pool, each by a written rule."""
