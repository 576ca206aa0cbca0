import type { CheckGroup } from '../kit/check.js'
import { consoleOutput } from './console-output.js'
import { faults } from './create.js'
import { refusals } from './refusals.js'
import { retry } from './retry.js'
import { upstreamRefusals } from './upstream-refusals.js'

/** What goes wrong at Chargebee, what the host is told of it, and what is printed. */
export const faultsGroups: readonly CheckGroup[] = [faults, upstreamRefusals, retry, refusals, consoleOutput]
