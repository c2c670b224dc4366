export async function benchChain(): Promise<Record<string, number | string>[]> {
  return [];
}
