"""{% load funding %}: amounts of money, which are Hong Kong dollars."""

from django import template

from fini.funding import money

register = template.Library()
register.filter("money", money.shown)
