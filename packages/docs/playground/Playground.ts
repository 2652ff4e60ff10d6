import type {
  ChildInspection,
  CodeInspection,
  FileInspection,
  ObligationInspection,
} from 'eslint-plugin-child-process/inspection'
import { computed, defineComponent, h, onBeforeUnmount, onMounted, ref, shallowRef, type VNode } from 'vue'
import { CodeEditor } from './code-editor.ts'
import { drawFlow, writeFlow } from './draw-flow.ts'
import { LintClient } from './lint-client.ts'
import { obligationNames } from './obligation-names.ts'
import { examples, findExample, readRules, rules } from './playground-data.ts'
import { type PlaygroundState, readState, writeState } from './playground-state.ts'
import type { Language, LintFinding } from './protocol.ts'
import { writeTestCase } from './test-case.ts'

/** Typing is over when nothing was typed for so long, in milliseconds. */
const pauseMs = 250

const stateWords: Readonly<Record<ObligationInspection['state'], string>> = {
  api: 'the call sees to it',
  late: 'too late',
  met: 'met',
  open: 'open',
  openOnPath: 'open on one path',
}

function readFirstState(): PlaygroundState {
  const rule = new URLSearchParams(location.search).get('rule')
  const first = examples[0]?.rule ?? ''
  const state =
    readState(location.hash) ?? (rule === null ? undefined : findExample(rule)) ?? findExample('no-floating-child')
  return state ?? findExample(first) ?? { code: '', language: 'js', config: 'recommended', switched: {} }
}

/** The playground: an editor, what the plugin says about the program in it, and the model that it says it from. */
export default defineComponent({
  name: 'ChildProcessPlayground',
  setup() {
    const host = ref<HTMLElement>()
    const state = shallowRef(readFirstState())
    const findings = shallowRef<readonly LintFinding[]>([])
    const inspection = shallowRef<FileInspection>({ codes: [] })
    const failure = ref('')
    const cursor = ref(0)
    const notice = ref('')
    const isBusy = ref(true)
    const client = new LintClient()
    let editor: CodeEditor | undefined
    let pause: ReturnType<typeof setTimeout> | undefined

    const code = computed(() => findCode(inspection.value.codes, cursor.value))

    async function lint(): Promise<void> {
      isBusy.value = true
      const { language, code: text } = state.value
      const response = await client.lint(text, language, readRules(state.value))
      if (!response) return
      isBusy.value = false
      if ('failure' in response) {
        failure.value = response.failure
        return
      }
      failure.value = ''
      findings.value = response.findings
      inspection.value = response.inspection
      // what was typed meanwhile is linted next: these places would be wrong in it
      if (editor?.code === text) editor.showFindings(response.findings)
    }

    function change(part: Partial<PlaygroundState>, delayMs = 0): void {
      state.value = { ...state.value, ...part }
      clearTimeout(pause)
      pause = setTimeout(() => {
        history.replaceState(history.state, '', `#${writeState(state.value)}`)
        void lint()
      }, delayMs)
    }

    function open(next: PlaygroundState): void {
      change(next)
      editor?.setLanguage(next.language)
      editor?.setCode(next.code)
    }

    async function copy(text: string, what: string): Promise<void> {
      try {
        await navigator.clipboard.writeText(text)
        notice.value = `${what} copied.`
      } catch {
        notice.value = 'The browser does not allow to copy.'
      }
    }

    function onHashChange(): void {
      const next = readState(location.hash)
      if (next && writeState(next) !== writeState(state.value)) open(next)
    }

    onMounted(() => {
      if (!host.value) return
      editor = new CodeEditor(host.value, state.value.code, state.value.language, {
        onChange: (text) => {
          if (text !== state.value.code) change({ code: text }, pauseMs)
        },
        onCursor: (offset) => (cursor.value = offset),
      })
      addEventListener('hashchange', onHashChange)
      void lint()
    })
    onBeforeUnmount(() => {
      clearTimeout(pause)
      removeEventListener('hashchange', onHashChange)
      client.stop()
      editor?.close()
    })

    function renderControls(): VNode {
      return h('div', { class: 'playground-controls' }, [
        labelled(
          'Example',
          h(
            'select',
            {
              id: 'playground-example',
              onChange: (event: Event) => {
                const next = findExample((event.target as HTMLSelectElement).value)
                if (next) open(next)
              },
            },
            [h('option', { value: '' }, 'choose …'), ...examples.map(({ rule }) => h('option', { value: rule }, rule))],
          ),
        ),
        labelled(
          'Language',
          choice<Language>(
            'playground-language',
            state.value.language,
            { js: 'JavaScript', ts: 'TypeScript' },
            (language) => {
              change({ language })
              editor?.setLanguage(language)
            },
          ),
        ),
        labelled(
          'Configuration',
          choice<PlaygroundState['config']>(
            'playground-config',
            state.value.config,
            { recommended: 'recommended', strict: 'strict', all: 'all' },
            (config) => {
              change({ config, switched: {} })
            },
          ),
        ),
        h('button', { type: 'button', onClick: () => void copy(location.href, 'Link') }, 'Copy link'),
        h(
          'button',
          { type: 'button', onClick: () => void copy(writeTestCase(state.value.code, findings.value), 'Test case') },
          'Copy as test case',
        ),
        h('span', { class: 'playground-notice', role: 'status' }, notice.value),
      ])
    }

    function renderFindings(): VNode {
      const count = findings.value.length
      const summary = isBusy.value
        ? 'Linting …'
        : count === 0
          ? 'Nothing to report.'
          : `${String(count)} ${count === 1 ? 'report' : 'reports'}`
      return h('section', { 'aria-labelledby': 'playground-findings' }, [
        h('h2', { id: 'playground-findings' }, 'What the plugin says'),
        h(
          'p',
          { role: 'status', class: 'playground-summary' },
          failure.value === '' ? summary : `The linter failed: ${failure.value}`,
        ),
        h(
          'ol',
          { class: 'playground-list' },
          findings.value.map((finding) =>
            h('li', { class: `playground-${finding.severity}` }, [
              h(
                'button',
                {
                  type: 'button',
                  class: 'playground-place',
                  onClick: () => editor?.goTo(finding.start),
                },
                `${String(finding.line)}:${String(finding.column)}`,
              ),
              ` ${finding.message} `,
              finding.rule === undefined ? '' : h('a', { href: `/rules/${finding.rule}` }, finding.rule),
              ...finding.suggestions.map(({ edit, text }) =>
                h(
                  'button',
                  { type: 'button', class: 'playground-suggestion', onClick: () => editor?.apply(edit) },
                  `Apply: ${text}`,
                ),
              ),
            ]),
          ),
        ),
      ])
    }

    function renderChild(child: ChildInspection): VNode {
      return h('table', { class: 'playground-child' }, [
        h('caption', [
          h(
            'button',
            { type: 'button', class: 'playground-place', onClick: () => editor?.goTo(child.span.start) },
            `line ${String(child.line)}`,
          ),
          ' ',
          h('code', child.text),
        ]),
        h(
          'thead',
          h(
            'tr',
            ['It is owed that', 'State', 'Where'].map((title) => h('th', { scope: 'col' }, title)),
          ),
        ),
        h(
          'tbody',
          child.owes.map(({ at, metBy, obligation, state: verdict }) =>
            h('tr', { class: `owed-${verdict}` }, [
              h('th', { scope: 'row' }, obligationNames[obligation]),
              h('td', stateWords[verdict]),
              h('td', [
                ...(at === undefined
                  ? []
                  : [place(verdict === 'late' ? 'behind line' : 'path ends at line', at.line, at.start), h('br')]),
                ...metBy.flatMap(({ isHandedOn, line, start, text }, index) => [
                  ...(index > 0 ? [h('br')] : []),
                  place(isHandedOn ? 'handed on in line' : 'line', line, start),
                  ' ',
                  h('code', text),
                ]),
              ]),
            ]),
          ),
        ),
      ])
    }

    function place(word: string, line: number, offset: number): VNode {
      return h(
        'button',
        { type: 'button', class: 'playground-place', onClick: () => editor?.goTo(offset) },
        `${word} ${String(line)}`,
      )
    }

    function renderModel(): VNode {
      const found = code.value
      return h('section', { 'aria-labelledby': 'playground-model' }, [
        h('h2', { id: 'playground-model' }, 'The life of the child'),
        ...(found === undefined
          ? [h('p', 'No child is started here. Put the cursor into a function that starts one.')]
          : [
              h(
                'p',
                `In ${found.name}, line ${String(found.line)}: what the program owes to each child that it starts there.`,
              ),
              ...found.children.map(renderChild),
              h('h3', 'Control flow'),
              ...(found.isExact
                ? [
                    h(
                      'div',
                      {
                        class: 'playground-flow',
                        tabindex: 0,
                        role: 'group',
                        'aria-label': 'Drawing of the control flow',
                      },
                      [drawFlow(found)],
                    ),
                    h('details', [
                      h('summary', 'The same as text'),
                      h('pre', { class: 'playground-text' }, writeFlow(found)),
                    ]),
                  ]
                : [h('p', 'Too many paths: about this code the plugin says nothing.')]),
            ]),
      ])
    }

    function renderRules(): VNode {
      const on = readRules(state.value)
      return h('details', { class: 'playground-rules' }, [
        h('summary', `Rules: ${String(Object.keys(on).length)} of ${String(rules.length)} are on`),
        h(
          'ul',
          rules.map(({ description, name }) =>
            h('li', [
              h('label', [
                h('input', {
                  type: 'checkbox',
                  checked: `child-process/${name}` in on,
                  onChange: (event: Event) => {
                    change({
                      switched: { ...state.value.switched, [name]: (event.target as HTMLInputElement).checked },
                    })
                  },
                }),
                ` ${name}`,
              ]),
              h('span', { class: 'playground-description' }, description),
            ]),
          ),
        ),
      ])
    }

    return () =>
      h('div', { class: 'playground' }, [
        renderControls(),
        h('div', { class: 'playground-columns' }, [
          h('div', { class: 'playground-left' }, [h('div', { ref: host, class: 'playground-editor' }), renderRules()]),
          h('div', { class: 'playground-right' }, [renderFindings(), renderModel()]),
        ]),
      ])
  },
})

/** The innermost code around the cursor that starts a child; else the first one. */
function findCode(codes: readonly CodeInspection[], offset: number): CodeInspection | undefined {
  const around = codes.filter(({ span }) => span.start <= offset && offset <= span.end)
  return around.toSorted((a, b) => a.span.end - a.span.start - (b.span.end - b.span.start))[0] ?? codes[0]
}

function labelled(text: string, field: VNode): VNode {
  return h('label', { class: 'playground-label' }, [h('span', text), field])
}

function choice<Value extends string>(
  id: string,
  value: Value,
  texts: Readonly<Record<Value, string>>,
  onChoice: (value: Value) => void,
): VNode {
  return h(
    'select',
    {
      id,
      value,
      onChange: (event: Event) => {
        onChoice((event.target as HTMLSelectElement).value as Value)
      },
    },
    Object.entries(texts).map(([option, text]) => h('option', { value: option }, text as string)),
  )
}
