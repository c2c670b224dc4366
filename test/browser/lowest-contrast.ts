/** The lowest contrast, by WCAG's formula, of any text on the ground it stands on. */
export const lowestContrast = `(() => {
  const parse = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  let lowest = 21;
  for (const one of document.querySelectorAll("body *")) {
    if (!["SCRIPT", "NOSCRIPT", "OPTION"].includes(one.tagName) && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) && one.getClientRects().length && !one.disabled) {
      const style = getComputedStyle(one);
      const text = parse(one instanceof SVGElement ? style.fill : style.color);
      const [a, b] = [light(text), light(ground(one))].sort((x, y) => y - x);
      lowest = Math.min(lowest, (a + 0.05) / (b + 0.05));
    }
  }
  return lowest;
})()`;
