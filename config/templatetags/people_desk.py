"""What the desk's first page has about people."""

from django import template

from config.people.roles import roles_to_give

register = template.Library()
register.filter("roles_to_give", roles_to_give)
