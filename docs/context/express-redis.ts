import { app as appWithUsers } from './express.ts'

/** For samples that need a Redis, and are not started. */
export const app = appWithUsers
