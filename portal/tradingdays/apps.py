"""Registers the trading days: the exchange's calendar for everyone above."""

from django.apps import AppConfig


class TradingDaysConfig(AppConfig):
    name = "portal.tradingdays"
    label = "tradingdays"
