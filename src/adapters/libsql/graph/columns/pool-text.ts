/**
 * Half a surrogate pair is text to JavaScript and to nobody else: UTF-8 cannot hold it. In pools it is written as
 * U+FFFF and four digits, and so is U+FFFF itself.
 */
const odd = /[\p{Surrogate}\uffff]/gu;
const told = /\uffff([0-9a-f]{4})/g;

export function toPool(text: string): string {
  return text.replace(odd, (half) => `\uffff${half.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

export function fromPool(text: string): string {
  return text.includes("\uffff")
    ? text.replace(told, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
    : text;
}
