import type { Theme } from 'vitepress'
import DefaultTheme from 'vitepress/theme-without-fonts'
import { defineAsyncComponent } from 'vue'
import './style.css'
import '../../playground/playground.css'

const theme: Theme = {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    // the editor and the linter come with the page that shows them
    app.component(
      'Playground',
      defineAsyncComponent(() => import('../../playground/Playground.ts')),
    )
  },
}

export default theme
