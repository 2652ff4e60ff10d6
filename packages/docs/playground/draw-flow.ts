import type { CodeInspection, PointInspection } from 'eslint-plugin-child-process/inspection'
import { h, type VNode } from 'vue'
import { type LaidOutBlock, type LaidOutEdge, layOutFlow, lineHeight } from './flow-layout.ts'
import { obligationNames } from './obligation-names.ts'

const maxLength = 34

const shorten = (text: string): string => (text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text)

function describePoint({ discharges, starts }: PointInspection): string {
  const met = [...new Set(discharges.map(({ obligation }) => obligationNames[obligation]))]
  return [starts.length > 0 ? 'a child starts' : '', met.length > 0 ? `discharges: ${met.join(', ')}` : '']
    .filter((part) => part !== '')
    .join('; ')
}

const classOf = ({ discharges, starts }: PointInspection): string =>
  starts.length > 0 ? 'flow-start' : discharges.length > 0 ? 'flow-discharge' : 'flow-point'

function drawBlock({ height, isExit, points, title, width, x, y }: LaidOutBlock): VNode {
  return h('g', { class: isExit ? 'flow-exit' : 'flow-block', transform: `translate(${String(x)} ${String(y)})` }, [
    h('rect', { width, height, rx: isExit ? 14 : 5 }),
    h('text', { class: 'flow-title', x: 10, y: 17 }, title),
    ...points.map((point, index) =>
      h('text', { class: classOf(point), x: 10, y: 17 + (index + 1) * lineHeight }, [
        h('title', describePoint(point)),
        `${point.starts.length > 0 ? '▶ ' : point.discharges.length > 0 ? '✓ ' : ''}${shorten(point.text)}`,
      ]),
    ),
  ])
}

function drawEdge({ kind, path, text, x, y }: LaidOutEdge, index: number): VNode[] {
  const label = kind === 'exception' ? 'exception' : kind === 'abandon' ? 'closed' : shorten(text)
  const anchor = index % 2 === 0 ? 'end' : 'start'
  return [
    h('path', { class: `flow-edge flow-${kind}`, d: path, 'marker-end': 'url(#flow-arrow)' }),
    ...(label === '' ? [] : [h('text', { class: 'flow-label', x, y, 'text-anchor': anchor }, label)]),
  ]
}

/** The same for those who do not see the drawing, or want to copy it. */
export function writeFlow({ blocks }: CodeInspection): string {
  return blocks
    .map(({ edges, name, points }) =>
      [
        `${name}:`,
        ...points
          .filter(({ discharges, starts }) => starts.length > 0 || discharges.length > 0)
          .map((point) => `  line ${String(point.line)}: ${point.text} (${describePoint(point)})`),
        ...edges.map(
          ({ kind, text, to }) =>
            `  ${kind === 'exception' ? 'on an exception' : text === '' ? 'then' : `if ${text}`} → ${to}${kind === 'back' ? ' (again)' : ''}`,
        ),
      ].join('\n'),
    )
    .join('\n')
}

/** The control flow of a piece of code as a drawing: where its children start, and where what they owe is discharged. */
export function drawFlow(code: CodeInspection): VNode {
  const { blocks, edges, height, width } = layOutFlow(code)
  return h(
    'svg',
    {
      class: 'flow-drawing',
      role: 'img',
      'aria-label': `Control flow of ${code.name}, ${String(code.blocks.length)} blocks; the same as text follows`,
      width,
      height,
      viewBox: `0 0 ${String(width)} ${String(height)}`,
    },
    [
      h('defs', [
        h(
          'marker',
          { id: 'flow-arrow', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto' },
          [h('path', { class: 'flow-head', d: 'M0 0L8 4L0 8z' })],
        ),
      ]),
      ...edges.flatMap(drawEdge),
      ...blocks.map(drawBlock),
    ],
  )
}
