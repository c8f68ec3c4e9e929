"""Which form is for what: one for each part of the recipe."""

from typing import assert_never

from gui.recipe.forms.component import ComponentForm, ComponentsForm
from gui.recipe.forms.distribution import DistributionForm, RegionForm
from gui.recipe.forms.form import Form
from gui.recipe.forms.infrastructure import InfrastructureForm
from gui.recipe.forms.output import ContainerForm, ImageForm
from gui.recipe.forms.parent import ParentForm
from gui.recipe.forms.recipe import RecipeForm
from gui.recipe.forms.schedule import ScheduleForm
from gui.recipe.forms.several import SeveralForm
from gui.recipe.forms.tests import TestsForm
from gui.recipe.forms.workflows import WorkflowForm, WorkflowsForm
from gui.recipe.forms.workplace import Workplace
from gui.recipe.selection import Part, Selection


def form_of(chosen: Selection, at: Workplace) -> Form:
    """The form for what is selected."""
    match chosen.part:
        case Part.RECIPE:
            return RecipeForm(at)
        case Part.PARENT:
            return ParentForm(at)
        case Part.INFRASTRUCTURE:
            return InfrastructureForm(at)
        case Part.COMPONENT if chosen.index is not None:
            return ComponentForm(at, chosen.index)
        case Part.COMPONENT:
            return SeveralForm(at, chosen.indexes) if chosen.indexes else ComponentsForm(at)
        case Part.OUTPUT:
            return ContainerForm(at) if at.session.draft.recipe_key == "containerRecipe" else ImageForm(at)
        case Part.TESTS:
            return TestsForm(at)
        case Part.REGION:
            return DistributionForm(at) if chosen.index is None else RegionForm(at, chosen.index)
        case Part.SCHEDULE:
            return ScheduleForm(at)
        case Part.WORKFLOW:
            return WorkflowsForm(at) if chosen.index is None else WorkflowForm(at, chosen.index)
        case _:
            assert_never(chosen.part)
