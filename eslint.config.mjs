// The page's own scripts: plain scripts in one global scope, in the language that Chrome 87 and Firefox 78 speak.
// Run by `python3 dev.py check`, with the tools that tools/page/package-lock.json pins; TypeScript reads their JSDoc.
const browser = [
  "fetch", "document", "window", "location", "history", "localStorage", "sessionStorage", "crypto", "navigator", "innerWidth", "innerHeight", "console", "setTimeout", "clearTimeout", "setInterval", "clearInterval", "requestAnimationFrame", "cancelAnimationFrame", "TextDecoder", "TextEncoder", "Blob", "URL", "URLSearchParams", "Path2D", "ImageData", "Image", "DOMMatrix", "DecompressionStream", "Response", "XMLSerializer"];
const rules = {
  "no-undef": "error",
  "no-unused-vars": ["error", { caughtErrors: "none" }],
  "no-var": "error",
  "prefer-const": ["error", { destructuring: "all" }],
  eqeqeq: "error",
  curly: ["error", "multi-line"],
  "no-eval": "error",
  "no-implied-eval": "error",
  "no-new-func": "error",
  "no-shadow": "error",
  "no-unreachable": "error",
  "no-dupe-keys": "error",
  "no-fallthrough": "error",
  strict: ["error", "global"],
  "max-len": ["error", { code: 120, tabWidth: 2 }],
  // Text from data never becomes markup.
  "no-restricted-properties": ["error", { property: "outerHTML", object: "gk" }, { property: "insertAdjacentHTML" }, { property: "write", object: "document" }],
  "no-restricted-syntax": ["error", { selector: "AssignmentExpression[left.property.name='innerHTML']", message: "use textContent" }, { selector: "AssignmentExpression[left.property.name='outerHTML']", message: "use textContent" }],
};
export default [
  {
    files: ["gridkit/render/page/assets/*.js"],
    languageOptions: { ecmaVersion: 2020, sourceType: "script", globals: { L: "readonly", gk: "writable", ...Object.fromEntries(browser.map((name) => [name, "readonly"])) } },
    rules,
  },
  { files: ["gridkit/render/page/assets/island.js"], rules: { "no-redeclare": "off", "no-unused-vars": "off" } },
];
