import { runExample } from '@portal-sso/example-shared'
import { startDemo } from './demo.js'

await runExample('Express and Redis', async ({ onEvent }) => {
  const demo = await startDemo(onEvent)
  console.log(`Redis: ${demo.redis.origin}`)
  return demo
})
