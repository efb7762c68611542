"""Writes attacks/*/* and attacks/expected.json: hostile files, and what a reader has to say of each.

Needs: Python alone
"""
import json
import pathlib
import struct
import zlib

folder = pathlib.Path(__file__).resolve().parent
expected = {}


def attack(path, content, message):
    target = folder / path
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(content)
    expected[path] = message


def deflate(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def npy(data=b"\0" * 8, shape="(2,)", descr="'<f4'"):
    text = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}"
    text += " " * (-(len(text) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode() + data


def member(name=b"x.npy", content=None, method=0, packed=None, size=None, crc=None, flags=0, start=None, own=None):
    """A member of an archive: what its own header and the directory say of it, right unless told otherwise."""
    content = npy() if content is None else content
    packed = (deflate(content) if method == 8 else content) if packed is None else packed
    return {
        "name": name, "own": name if own is None else own, "packed": packed, "method": method, "flags": flags, "start": start,
        "size": len(content) if size is None else size, "crc": zlib.crc32(content) if crc is None else crc,
    }


def archive(*members, count=None, directory=None, comment=b""):
    local, central = b"", b""
    for m in members:
        start = len(local) if m["start"] is None else m["start"]
        middle = struct.pack("<HHHHHIII", 20, m["flags"], m["method"], 0, 0x21, m["crc"], len(m["packed"]), m["size"])
        local += struct.pack("<I", 0x04034B50) + middle + struct.pack("<HH", len(m["own"]), 0) + m["own"] + m["packed"]
        central += struct.pack("<IH", 0x02014B50, 20) + middle + struct.pack("<HHHHHII", len(m["name"]), 0, 0, 0, 0, 0, start) + m["name"]
    count = len(members) if count is None else count
    directory = len(local) if directory is None else directory
    return local + central + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(central), directory, len(comment)) + comment


good = npy()
attack("npz/empty.npz", b"", "an end of the archive, got none")
attack("npz/truncated.npz", archive(member())[:-30], "an end of the archive, got none")
attack("npz/bomb.npz", archive(member(content=npy(b"\0" * 20_000_000, "(5000000,)"), method=8, size=len(good))), "136 bytes in 'x.npy', got more")
attack("npz/promise.npz", archive(member(method=8, size=2**32 - 2)), "'x.npy' of a size that its ")
attack("npz/many-bombs.npz", archive(*[member(name=b"%d.npy" % i, packed=b"\0" * 1_000, method=8, size=1_000_000) for i in range(4)]),
       "at most 3000000 bytes when inflated, got 4000000")
attack("npz/overlap.npz", archive(member(), member(name=b"y.npy", start=0)), "members that do not overlap")
attack("npz/inside.npz", archive(member(content=archive(member())), member(name=b"y.npy", start=35)), "members that do not overlap")
attack("npz/sum.npz", archive(member(crc=1)), "the sum 1 of 'x.npy'")
attack("npz/twice.npz", archive(member(), member()), "names that occur once")
attack("npz/other-name.npz", archive(member(own=b"y.npy")), "the name 'x.npy' in its header, got 'y.npy'")
attack("npz/encrypted.npz", archive(member(flags=1)), "'x.npy' in plain")
attack("npz/method.npz", archive(member(method=12)), "'x.npy' stored or deflated, got method 12")
attack("npz/beyond.npz", archive(member(start=2**31)), "a header of 'x.npy' at 2147483648, got none")
attack("npz/more-entries.npz", archive(member(), count=60_000), "60000 entries in the directory, got 1")
attack("npz/fewer-entries.npz", archive(member(), member(name=b"y.npy"), count=1), "1 entries in the directory, got more")
attack("npz/directory.npz", archive(member(), directory=1), "a directory from 1")
attack("npz/no-deflate.npz", archive(member(packed=b"\xff" * 20, method=8)), "deflated bytes in 'x.npy', got others")
attack("npz/short-deflate.npz", archive(member(packed=deflate(good)[:20], method=8)), "'x.npy'")
attack("npz/not-utf8.npz", archive(member(name=b"\xff\xfe.npy")), "names in UTF-8")
attack("npz/prototype.npz", archive(member(name=b"__proto__/x.npy")), "got '__proto__'")
attack("npz/parent.npz", archive(member(name=b"../../x.npy"), member(name=b"../...npy")), "")
attack("npz/inside-array.npz", archive(member(), member(name=b"x/y.npy")), "got 'x/y' beside a tensor")
attack("npz/text.npz", archive(member(name=b"readme.txt")), "arrays, whose names end in .npy, got 'readme.txt'")
attack("npz/pickle.npz", archive(member(content=npy(b"cos\nsystem\n(S'true'\ntR.", "(1,)", "'|O'"))), "got '|O'")
attack("npz/shape.npz", archive(member(content=npy(shape="(1099511627776,)"))), "expected 4398046511104 bytes for 'x'")
attack("npz/structure.npz", archive(member(), member(name=b"kumiko.structure.npy", content=npy("0".encode("utf-32-le"), "()", "'<U1'"))),
       "the 1 tensors that the stored structure names, got others")
attack("npz/header.npz", archive(member(content=b"\x93NUMPY\x02\x00" + b"\xff" * 8)), "bytes of header")

attack("npy/empty.npy", b"", "the bytes of a .npy file")
attack("npy/huge-shape.npy", npy(shape="(" + "9999999, " * 30 + ")"), "bytes for 'the array'")
attack("npy/many-axes.npy", npy(shape="(" + "1, " * 15_000 + ")"), "expected 4 bytes for 'the array'")
attack("npy/texts-of-nothing.npy", npy(b"", "(4294967296,)", "'<U0'"), "expected 0 bytes for 'the array'")
attack("npy/code.npy", npy(shape="(__import__('os').system('true'),)"), "a header of descr, fortran_order and shape, got other text")


def safetensors(header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


one = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
attack("safetensors/empty.safetensors", b"", "at least 8 bytes, got 0")
attack("safetensors/length.safetensors", b"\xff" * 16, "a header of at most 100000000 bytes")
attack("safetensors/deep.safetensors", safetensors(b'{"a":' + b"[" * 10_000 + b"]" * 10_000 + b"}"), "")
attack("safetensors/offsets.safetensors", safetensors({"a": {**one, "shape": [2**50], "data_offsets": [0, 2**52]}}), "bytes of data for 'a', got 0")
attack("safetensors/overlap.safetensors", safetensors({"a": one, "b": one}, b"\0" * 8), "so that 'b' begins at 8, got 0")
attack("safetensors/prototype.safetensors", safetensors({"__proto__/x": one}, b"\0" * 8), "got '__proto__'")
attack("safetensors/path.index.json", json.dumps({"weight_map": {"a": "../../etc/passwd"}}).encode(), "bare names of .safetensors files")
attack("safetensors/absolute.index.json", json.dumps({"weight_map": {"a": "/x.safetensors"}}).encode(), "bare names of .safetensors files")
attack("safetensors/number.index.json", json.dumps({"weight_map": {"a": 7}}).encode(), "bare names of .safetensors files")
attack("safetensors/no-map.index.json", b"[]", "the index to be a JSON object")


def model(weights, paths=("w.bin",)):
    return json.dumps({"weightsManifest": [{"paths": list(paths), "weights": weights}]}).encode()


weight = {"name": "a", "dtype": "float32", "shape": [2]}
attack("tfjs/no-json.json", b"\xff\xfe", "model.json to be JSON")
attack("tfjs/no-manifest.json", b'{"weightsManifest":{}}', "a weightsManifest that is an array")
attack("tfjs/parent.json", model([weight], ["a/../../secret.bin"]), "relative paths within the folder")
attack("tfjs/absolute.json", model([weight], ["/etc/passwd"]), "relative paths within the folder")
attack("tfjs/address.json", model([weight], ["http://example.com/w.bin"]), "relative paths within the folder")
attack("tfjs/huge.json", model([{**weight, "shape": [2**50]}]), "bytes for 'a', got 8")
attack("tfjs/huge-strings.json", model([{**weight, "dtype": "string", "shape": [2**40]}]), "at least 4398046511104 bytes for 'a'")
attack("tfjs/long-string.json", model([{**weight, "dtype": "string", "shape": [2]}]), "bytes for 'a'")
attack("tfjs/negative.json", model([{**weight, "shape": [-2]}]), "a shape of integers >= 0 for 'a'")
attack("tfjs/twice.json", model([{**weight, "shape": [1]}, {**weight, "shape": [1]}]), "names that occur once, got 'a' twice")
attack("tfjs/type.json", model([{**weight, "dtype": "toString"}]), "a known dtype for 'a'")
attack("tfjs/scale.json", model([{**weight, "shape": [8], "quantization": {"dtype": "uint8", "scale": "x", "min": 0}}]), "a scale and a min for 'a'")
attack("tfjs/quantized-bool.json", model([{**weight, "dtype": "bool", "quantization": {"dtype": "uint8", "scale": 1, "min": 0}}]), "quantized to uint8")
attack("tfjs/short.json", model([{**weight, "shape": [3]}]), "12 bytes for 'a', got 8")
attack("tfjs/long.json", model([{**weight, "shape": [1]}]), "4 bytes of weights, got 8")
attack("tfjs/prototype.json", model([{**weight, "name": "__proto__/a"}]), "got '__proto__'")

(folder / "expected.json").write_text(json.dumps(expected, indent=1, sort_keys=True) + "\n")
