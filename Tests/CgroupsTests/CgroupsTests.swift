import Testing

import Cgroups
