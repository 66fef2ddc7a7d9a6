//! The query language: lexer, parser, spans, suggestions and the naive evaluator.
