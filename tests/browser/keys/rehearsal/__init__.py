"""The key pages with a real worker and a real exchange in a box behind them."""
