"""Kaggle: the offline bundle (wheels and a notebook) that turns a competition's file into a submission."""

from inference.kaggle.bundle import Bundle, BundleError, make_bundle
from inference.kaggle.notebook import notebook_json

__all__ = ["Bundle", "BundleError", "make_bundle", "notebook_json"]
