"""The keys that seal and sign: made when due, published before use, stored wrapped."""
