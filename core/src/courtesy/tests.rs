//! What single sentences come to is told by `tests/vectors/courtesy.json`; here stand the laws and the figures.
mod corpus;
