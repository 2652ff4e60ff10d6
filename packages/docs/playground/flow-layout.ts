import type {
  BlockInspection,
  CodeInspection,
  EdgeDescription,
  PointInspection,
} from 'eslint-plugin-child-process/inspection'

/** A box of the drawing, in pixels. */
export interface LaidOutBlock {
  readonly name: string
  readonly title: string
  readonly points: readonly PointInspection[]
  readonly isExit: boolean
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface LaidOutEdge {
  readonly kind: EdgeDescription['kind']
  readonly text: string
  /** Of an SVG path. */
  readonly path: string
  /** Where its text goes. */
  readonly x: number
  readonly y: number
}

export interface FlowLayout {
  readonly blocks: readonly LaidOutBlock[]
  readonly edges: readonly LaidOutEdge[]
  readonly width: number
  readonly height: number
}

export const lineHeight = 18
const boxWidth = 290
const gapX = 36
const gapY = 46
const margin = 28

const exitTitles: Readonly<Record<string, string>> = {
  end: 'end of the code',
  return: 'return',
  throw: 'exception to the caller',
}

/** Whole expressions only: parts of one that completes in the same block say nothing new, unless a child starts or ends there. */
export function tellingPoints(points: readonly PointInspection[]): PointInspection[] {
  return points.filter((point, index) => {
    if (point.starts.length > 0 || point.discharges.length > 0) return true
    return !points.slice(index + 1).some(({ end, start }) => start <= point.start && end >= point.end)
  })
}

/** Lays the blocks out in rows, each below all that lead to it; edges back to the head of a loop go up at the side. */
export function layOutFlow({ blocks }: Pick<CodeInspection, 'blocks'>): FlowLayout {
  const boxes = [
    ...blocks.map((block) => ({ ...block, isExit: false })),
    ...['end', 'return', 'throw']
      .filter((exit) => blocks.some(({ edges }) => edges.some(({ to }) => to === exit)))
      .map((name): BlockInspection & { isExit: boolean } => ({ name, points: [], edges: [], isExit: true })),
  ]
  const rows = rankBlocks(boxes)
  const byRow = new Map<number, typeof boxes>()
  for (const box of boxes) {
    const row = rows.get(box.name) ?? 0
    byRow.set(row, [...(byRow.get(row) ?? []), box])
  }
  const widest = Math.max(...[...byRow.values()].map((row) => row.length))
  const width = widest * (boxWidth + gapX) - gapX + 2 * margin
  const placed = new Map<string, LaidOutBlock>()
  let y = margin
  for (const [, row] of [...byRow].sort(([a], [b]) => a - b)) {
    let x = (width - row.length * (boxWidth + gapX) + gapX) / 2
    let tallest = 0
    for (const { isExit, name, points } of row) {
      const shown = tellingPoints(points)
      const height = (1 + shown.length) * lineHeight + 10
      const title = isExit ? (exitTitles[name] ?? name) : name === 'b1' ? 'start of the code' : name
      placed.set(name, { name, title, points: shown, isExit, x, y, width: boxWidth, height })
      tallest = Math.max(tallest, height)
      x += boxWidth + gapX
    }
    y += tallest + gapY
  }
  const edges = boxes.flatMap((from) => from.edges.map((edge, index) => routeEdge(from.name, edge, index, placed)))
  return {
    blocks: [...placed.values()],
    edges: edges.filter((edge) => edge !== undefined),
    width,
    height: y - gapY + margin,
  }
}

/** The length of the longest way to each block, without edges that close a circle. */
function rankBlocks(blocks: readonly Pick<BlockInspection, 'edges' | 'name'>[]): Map<string, number> {
  const ranks = new Map<string, number>(blocks.map(({ name }) => [name, 0]))
  const order = new Map<string, number>(blocks.map(({ name }, index) => [name, index]))
  // blocks are numbered as they are reached; what leads to an earlier one that is no exit closes a circle
  const isForward = (from: string, { kind, to }: EdgeDescription): boolean =>
    kind !== 'back' && (order.get(to) ?? 0) > (order.get(from) ?? 0)
  for (const { edges, name } of blocks) {
    for (const edge of edges) {
      if (isForward(name, edge)) ranks.set(edge.to, Math.max(ranks.get(edge.to) ?? 0, (ranks.get(name) ?? 0) + 1))
    }
  }
  return ranks
}

function routeEdge(
  fromName: string,
  { kind, text, to: toName }: EdgeDescription,
  index: number,
  placed: ReadonlyMap<string, LaidOutBlock>,
): LaidOutEdge | undefined {
  const from = placed.get(fromName)
  const to = placed.get(toName)
  if (!from || !to) return undefined
  const startX = from.x + from.width / 2 + (index - 0.5) * 30
  if (to.y > from.y) {
    const startY = from.y + from.height
    const endX = to.x + to.width / 2
    const middle = (startY + to.y) / 2
    const path = `M${String(startX)} ${String(startY)} C${String(startX)} ${String(middle)} ${String(endX)} ${String(middle)} ${String(endX)} ${String(to.y)}`
    return { kind, text, path, x: startX + (index === 0 ? -6 : 6), y: startY + 14 + index * 14 }
  }
  const side = Math.min(from.x, to.x) - 18
  const startY = from.y + from.height / 2
  const endY = to.y + 12
  const path = `M${String(from.x)} ${String(startY)} C${String(side)} ${String(startY)} ${String(side)} ${String(endY)} ${String(to.x)} ${String(endY)}`
  return { kind, text, path, x: side, y: (startY + endY) / 2 }
}
