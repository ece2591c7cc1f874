"""All models at once, for Django; rooms import each other's directly."""

# ruff: noqa: F401

import makegood.cases.models
import makegood.catalog.models
import makegood.channels.models
import makegood.customers.models
import makegood.journal.models
import makegood.kit.models
import makegood.money.models
import makegood.orders.models
import makegood.parcels.models
import makegood.payments.models
import makegood.policies.models
import makegood.promises.models
import makegood.remedies.models
import makegood.staff.models
