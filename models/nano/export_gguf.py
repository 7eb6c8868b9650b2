"""Checkpoint → GGUF (llama architecture, Q8_0): `python export_gguf.py RUN_DIR/last.pt selfsame-nano.gguf`. Also writes
manifest.json.
"""

import argparse
import hashlib
import json
import os

import gguf
import torch
from gguf.quants import quantize

from chat import HERE, SPECIAL, TEMPLATE, load_tokenizer
from model import Config

TENSORS = {'token_embd.weight': 'token_embd.weight', 'output_norm.weight': 'output_norm.weight'}


def tokenizer_parts():
    data = json.loads(load_tokenizer().to_str())['model']
    tokens = sorted(data['vocab'], key=data['vocab'].get)
    merges = [m if isinstance(m, str) else ' '.join(m) for m in data['merges']]
    types = [gguf.TokenType.CONTROL if t in SPECIAL else gguf.TokenType.NORMAL for t in tokens]
    return tokens, types, merges


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument('checkpoint')
    parser.add_argument('out')
    parser.add_argument('--type', choices=['Q8_0', 'F32'], default='Q8_0')
    parser.add_argument('--manifest', action='store_true')
    args = parser.parse_args()
    saved = torch.load(args.checkpoint, map_location='cpu')
    c, weights = Config(**saved['config']), saved.get('average') or saved['weights']
    w = gguf.GGUFWriter(args.out, 'llama')
    w.add_name('selfsame-nano')
    w.add_license('apache-2.0')
    w.add_description('Small built-in chat model of Selfsame')
    w.add_context_length(c.context)
    w.add_embedding_length(c.dim)
    w.add_block_count(c.layers)
    w.add_feed_forward_length(c.ffn)
    w.add_head_count(c.heads)
    w.add_head_count_kv(c.kv_heads)
    w.add_layer_norm_rms_eps(c.norm_eps)
    w.add_rope_dimension_count(c.head_dim)
    w.add_rope_freq_base(c.rope_theta)
    w.add_vocab_size(c.vocab)
    w.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0 if args.type == 'Q8_0' else gguf.LlamaFileType.ALL_F32)
    tokens, types, merges = tokenizer_parts()
    w.add_tokenizer_model('gpt2')
    w.add_tokenizer_pre('smollm')
    w.add_token_list(tokens)
    w.add_token_types(types)
    w.add_token_merges(merges)
    ids = {t: tokens.index(t) for t in SPECIAL}
    w.add_bos_token_id(ids['<|bos|>'])
    w.add_eos_token_id(ids['<|end|>'])
    w.add_eot_token_id(ids['<|end|>'])
    w.add_pad_token_id(ids['<|pad|>'])
    w.add_unk_token_id(ids['<|unk|>'])
    w.add_add_bos_token(True)
    w.add_add_eos_token(False)
    w.add_chat_template(TEMPLATE)
    for name, tensor in weights.items():
        array = tensor.float().numpy()
        if array.ndim == 2 and args.type == 'Q8_0':
            w.add_tensor(
                name, quantize(array, gguf.GGMLQuantizationType.Q8_0), raw_dtype=gguf.GGMLQuantizationType.Q8_0
            )
        else:
            w.add_tensor(name, array)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()
    data = open(args.out, 'rb').read()
    manifest = {
        'id': 'selfsame-nano',
        'file': os.path.basename(args.out),
        'bytes': len(data),
        'sha256': hashlib.sha256(data).hexdigest(),
        'contextTokens': c.context,
        'parameters': sum(t.numel() for t in weights.values()),
        'quantization': args.type,
        'licence': 'Apache-2.0',
        'label': (
            'Built-in model, very small and weak: small talk, questions about Selfsame, copying, simple JSON and'
            ' function calls.'
        ),
    }
    if args.manifest:
        open(f'{HERE}/manifest.json', 'w').write(json.dumps(manifest, indent=2) + '\n')
    print(json.dumps(manifest), 'step', saved['step'])


if __name__ == '__main__':
    main()
