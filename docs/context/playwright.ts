import type { Page } from '@playwright/test'

/** What a test of Playwright gets. */
export declare const page: Page
