"""The addresses of the trading days, under /site/trading-days/."""

from django.urls import URLPattern, path

from portal.tradingdays.views import effect, removal, year

urlpatterns: list[URLPattern] = [
    path("", year.year, name="trading_days"),
    path("set/", year.set_day, name="trading_day_set"),
    path("effect/", effect.effect, name="trading_day_effect"),
    path("<uuid:pk>/remove/", removal.removal, name="trading_day_remove"),
]
