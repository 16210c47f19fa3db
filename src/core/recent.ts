/** The values asked for last, by name, so that tables which take long to make serve later calls as well. */
export class Recent<T> {
  private readonly values = new Map<string, T>()
  private readonly most: number

  constructor(most: number) {
    this.most = most
  }

  /** The value of a name, made where it is not kept; the one not asked for longest gives way. */
  get(name: string, make: () => T): T {
    const { values } = this
    const value = values.get(name) ?? make()
    values.delete(name)
    values.set(name, value)
    for (const [oldest] of values) if (values.size > this.most) values.delete(oldest)
    return value
  }
}
