"""What an action is given: raw values in, conformed, coerced, defaulted and checked inputs out."""

from actions.inputs.compiling import compile_inputs
from actions.inputs.contract import InputContract, Inputs
from actions.inputs.schema import input_schema

__all__ = ["InputContract", "Inputs", "compile_inputs", "input_schema"]
