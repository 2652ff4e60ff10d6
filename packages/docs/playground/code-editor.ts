import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { javascriptLanguage, typescriptLanguage } from '@codemirror/lang-javascript'
import { bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language'
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint'
import { Compartment, EditorState } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import { classHighlighter } from '@lezer/highlight'
import type { Language, LintFinding, TextEdit } from './protocol.ts'

export interface EditorEvents {
  readonly onChange: (code: string) => void
  /** Offset of the cursor. */
  readonly onCursor: (offset: number) => void
}

/** The grammar alone: what completes code would be loaded with the rest. */
const grammarOf = (language: Language) => (language === 'ts' ? typescriptLanguage : javascriptLanguage)

/** The editor: what it holds, what is underlined in it, and where the cursor is. */
export class CodeEditor {
  readonly #view: EditorView
  readonly #language = new Compartment()

  constructor(parent: HTMLElement, code: string, language: Language, { onChange, onCursor }: EditorEvents) {
    this.#view = new EditorView({
      parent,
      state: EditorState.create({
        doc: code,
        extensions: [
          lineNumbers(),
          lintGutter(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          indentOnInput(),
          bracketMatching(),
          syntaxHighlighting(classHighlighter),
          this.#language.of(grammarOf(language)),
          // Tab leaves the editor: whoever works without a mouse must get out of it
          keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': 'Program to lint', spellcheck: 'false' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) onChange(update.state.doc.toString())
            if (update.docChanged || update.selectionSet) onCursor(update.state.selection.main.head)
          }),
        ],
      }),
    })
  }

  get code(): string {
    return this.#view.state.doc.toString()
  }

  setCode(code: string): void {
    if (code === this.code) return
    this.#view.dispatch({
      changes: { from: 0, to: this.#view.state.doc.length, insert: code },
      selection: { anchor: 0 },
    })
  }

  setLanguage(language: Language): void {
    this.#view.dispatch({ effects: this.#language.reconfigure(grammarOf(language)) })
  }

  showFindings(findings: readonly LintFinding[]): void {
    const diagnostics = findings.map((finding) => this.#describe(finding))
    this.#view.dispatch(setDiagnostics(this.#view.state, diagnostics))
  }

  /** Moves the cursor, shows it, and gives the editor the focus. */
  goTo(offset: number): void {
    const anchor = Math.min(offset, this.#view.state.doc.length)
    this.#view.dispatch({ selection: { anchor }, scrollIntoView: true })
    this.#view.focus()
  }

  apply({ end, start, text }: TextEdit): void {
    this.#view.dispatch({ changes: { from: start, to: end, insert: text }, scrollIntoView: true })
  }

  close(): void {
    this.#view.destroy()
  }

  #describe({ end, message, rule, severity, start, suggestions }: LintFinding): Diagnostic {
    return {
      from: start,
      to: Math.max(end, start),
      severity,
      message,
      ...(rule === undefined ? {} : { source: rule }),
      actions: suggestions.map(({ edit, text }) => ({
        name: text,
        apply: () => {
          this.apply(edit)
        },
      })),
    }
  }
}
