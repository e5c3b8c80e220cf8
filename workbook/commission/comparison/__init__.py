"""Two rule sets over one inbox: who would come out otherwise, why, and by how much."""
