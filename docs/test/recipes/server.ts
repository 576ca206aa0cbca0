import { createApp } from './app.js'

createApp().app.listen(Number(process.env.PORT ?? 8080))
