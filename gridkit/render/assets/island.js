// The island of data: base64, inflate, and columns of integers. See gridkit/render/payload.py.
"use strict";
const gk = {};
{
  // ---------------------------------------------------------------- inflate (RFC 1951)
  // Both grow by the same rule: after the first codes each takes a bit more every 2^group codes.
  const extra = (code, group) => Math.max(0, (code >> group) - 1);
  const base = (code, group) => (extra(code, group) ? (2 ** group + (code % 2 ** group)) << extra(code, group) : code);
  const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

  // A code as one table of 2^bits entries: (symbol << 4 | length) for every string of bits that begins with it.
  function table(lengths) {
    const bits = Math.max(1, ...lengths);
    const count = new Uint16Array(17);
    for (const length of lengths) count[length] += length ? 1 : 0;
    const next = new Uint16Array(17);
    for (let i = 1; i < 17; i++) next[i] = (next[i - 1] + count[i - 1]) << 1;
    const entries = new Uint16Array(1 << bits);
    lengths.forEach((length, symbol) => {
      if (!length) return;
      let code = next[length]++;
      let turned = 0; // bits arrive lowest first
      for (let i = 0; i < length; i++, code >>= 1) turned = (turned << 1) | (code & 1);
      for (let i = turned; i < entries.length; i += 1 << length) entries[i] = (symbol << 4) | length;
    });
    return { bits, entries };
  }

  gk.inflate = function (source) {
    let out = new Uint8Array(source.length * 5);
    let size = 0, at = 0, held = 0, bits = 0;
    const need = (n) => {
      while (bits < n) {
        held |= (source[at++] || 0) << bits;
        bits += 8;
      }
    };
    const take = (n) => {
      need(n);
      const value = held & ((1 << n) - 1);
      held >>>= n;
      bits -= n;
      return value;
    };
    const symbol = (code) => {
      need(code.bits);
      const entry = code.entries[held & ((1 << code.bits) - 1)];
      held >>>= entry & 15;
      bits -= entry & 15;
      return entry >> 4;
    };
    const room = (n) => {
      if (size + n <= out.length) return;
      const wider = new Uint8Array((size + n) * 2);
      wider.set(out);
      out = wider;
    };
    const fixed = [table([...Array(288).keys()].map((i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8))), table(Array(30).fill(5))];

    function codes() {
      const literals = take(5) + 257, distances = take(5) + 1, listed = take(4) + 4;
      const order = Array(19).fill(0);
      for (let i = 0; i < listed; i++) order[ORDER[i]] = take(3);
      const meta = table(order), lengths = [];
      while (lengths.length < literals + distances) {
        const code = symbol(meta);
        if (code < 16) lengths.push(code);
        else {
          const again = code === 16 ? lengths[lengths.length - 1] : 0;
          for (let n = code === 16 ? 3 + take(2) : code === 17 ? 3 + take(3) : 11 + take(7); n; n--) lengths.push(again);
        }
      }
      return [table(lengths.slice(0, literals)), table(lengths.slice(literals))];
    }

    for (let last = 0; !last; ) {
      last = take(1);
      const kind = take(2);
      if (kind === 0) {
        at -= bits >> 3; // whole bytes that were read ahead
        held = bits = 0;
        const n = source[at] | (source[at + 1] << 8);
        room(n);
        out.set(source.subarray(at + 4, at + 4 + n), size);
        at += 4 + n;
        size += n;
        continue;
      }
      const [literal, distance] = kind === 1 ? fixed : codes();
      for (let code; (code = symbol(literal)) !== 256; ) {
        if (at > source.length + 8) throw new Error("the data of this page ends early");
        room(258);
        if (code < 256) {
          out[size++] = code;
          continue;
        }
        let n = code === 285 ? 258 : base(code - 257, 2) + 3 + take(extra(code - 257, 2));
        const far = symbol(distance), back = base(far, 1) + 1 + take(extra(far, 1));
        for (; n; n--, size++) out[size] = out[size - back];
      }
    }
    return out.subarray(0, size);
  };

  // ---------------------------------------------------------------- columns
  gk.open = function (text) {
    const packed = atob(text), bytes = new Uint8Array(packed.length);
    for (let i = 0; i < packed.length; i++) bytes[i] = packed.charCodeAt(i);
    const raw = gk.inflate(bytes);
    const length = raw[0] | (raw[1] << 8) | (raw[2] << 16) | (raw[3] << 24);
    gk.head = JSON.parse(new TextDecoder().decode(raw.subarray(4, 4 + length)));
    gk.streams = raw.subarray(4 + length);
    return gk.head;
  };

  // `n` integers from byte `at` of the streams on; sums when they were kept as steps.
  gk.integers = function (place, summed) {
    const out = new Int32Array(place.n), streams = gk.streams;
    for (let i = 0, at = place.at, sum = 0; i < place.n; i++) {
      let value = 0, shift = 0, byte;
      do {
        byte = streams[at++];
        value |= (byte & 127) << shift;
        shift += 7;
      } while (byte > 127);
      value = (value >>> 1) ^ -(value & 1);
      out[i] = summed ? (sum += value) : value;
    }
    return out;
  };
  gk.sums = (place) => gk.integers(place, true);

  const MARKS = [null, "hidden"];
  // Measures: null where there is none, "hidden" where it is withheld.
  gk.measures = function (place) {
    const scale = 10 ** place.d, out = [];
    for (const code of gk.integers(place)) out.push(code < 2 ? MARKS[code] : (((code - 2) >>> 1) ^ -(code & 1)) / scale);
    return out;
  };
  // A property that is made when it is first read, and may be set.
  gk.lazily = function (object, name, make) {
    const settle = (value) => Object.defineProperty(object, name, { value, writable: true, configurable: true });
    Object.defineProperty(object, name, { get: () => settle(make())[name], set: settle, configurable: true });
  };

  // ---------------------------------------------------------------- places
  // Local coordinates are pixels at zoom 20 from the middle of the map: small enough for 32-bit paths.
  gk.DEEP = 20;
  const world = 256 * 2 ** gk.DEEP;
  const north = (lat) => (0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI)) * world;
  gk.centre = function ([west, south, east, top]) {
    gk.origin = [((west + east) / 720 + 0.5) * world, north((south + top) / 2)];
  };
  gk.x = (lon) => (lon / 360 + 0.5) * world - gk.origin[0];
  gk.y = (lat) => north(lat) - gk.origin[1];
  gk.lon = (x) => ((x + gk.origin[0]) / world - 0.5) * 360;
  gk.lat = (y) => (Math.atan(Math.exp((0.5 - (y + gk.origin[1]) / world) * 2 * Math.PI)) * 360) / Math.PI - 90;
  gk.local = function (place, axis) {
    const steps = gk.sums(place), out = new Float32Array(steps.length);
    for (let i = 0; i < steps.length; i++) out[i] = axis(steps[i] / 1e5);
    return out;
  };

  // Where each run of `sizes` begins, and the end of the last.
  gk.starts = function (sizes) {
    const starts = new Int32Array(sizes.length + 1);
    for (let i = 0; i < sizes.length; i++) starts[i + 1] = starts[i] + sizes[i];
    return starts;
  };
}
