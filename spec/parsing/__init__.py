"""Text to tree: Lark's parser, the tree that is made of it, syntax errors, and where reading goes on behind them."""
