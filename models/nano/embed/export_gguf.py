"""Checkpoint → GGUF (BERT architecture, Q8_0): `python embed/export_gguf.py MODEL.pt selfsame-nano-embedding.gguf
[--manifest]`.
"""

import argparse
import hashlib
import json
import os

import gguf
import numpy as np
import torch
from gguf.quants import quantize
from tokenizers import Tokenizer

from train import DIM, FFN, HEADS, LAYERS, SPECIAL

ID = 'selfsame-nano-embedding'
CONTEXT = 512
NAMES = {
    'out': 'attn_output',
    'norm1': 'attn_output_norm',
    'up': 'ffn_up',
    'down': 'ffn_down',
    'norm2': 'layer_output_norm',
}
LABEL = 'Built-in embedding model, very small and weak: finds texts by their words and by close synonyms, English only.'


def tensors(weights: dict) -> dict:
    """Names of llama.cpp; there are no positions and no second kind of token, so these are zero."""
    out = {
        'token_embd.weight': weights['token.weight'],
        'position_embd.weight': torch.zeros(CONTEXT, DIM),
        'token_types.weight': torch.zeros(2, DIM),
    }
    for part in ('weight', 'bias'):
        out[f'token_embd_norm.{part}'] = weights[f'norm.{part}']
        for layer in range(LAYERS):
            for name, chunk in zip(('attn_q', 'attn_k', 'attn_v'), weights[f'layers.{layer}.qkv.{part}'].chunk(3)):
                out[f'blk.{layer}.{name}.{part}'] = chunk
            for ours, theirs in NAMES.items():
                out[f'blk.{layer}.{theirs}.{part}'] = weights[f'layers.{layer}.{ours}.{part}']
    return out


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument('checkpoint')
    parser.add_argument('out')
    parser.add_argument('--manifest', action='store_true')
    args = parser.parse_args()
    weights = torch.load(args.checkpoint)['model']
    vocab = Tokenizer.from_file(f'{args.checkpoint}.tokenizer.json').get_vocab()
    pieces = sorted(vocab, key=vocab.get)
    w = gguf.GGUFWriter(args.out, 'bert')
    w.add_name(ID)
    w.add_license('apache-2.0')
    w.add_description('Small built-in embedding model of Selfsame')
    w.add_context_length(CONTEXT)
    w.add_embedding_length(DIM)
    w.add_block_count(LAYERS)
    w.add_feed_forward_length(FFN)
    w.add_head_count(HEADS)
    w.add_layer_norm_eps(1e-12)
    w.add_causal_attention(False)
    w.add_pooling_type(gguf.PoolingType.MEAN)
    w.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    w.add_tokenizer_model('bert')
    w.add_token_type_count(2)
    w.add_token_list([p if p in SPECIAL else p[2:] if p.startswith('##') else '\u2581' + p for p in pieces])
    w.add_token_types([gguf.TokenType.CONTROL if p in SPECIAL else gguf.TokenType.NORMAL for p in pieces])
    w.add_bos_token_id(vocab['[CLS]'])
    w.add_eos_token_id(vocab['[SEP]'])
    w.add_uint32('tokenizer.ggml.cls_token_id', vocab['[CLS]'])
    w.add_sep_token_id(vocab['[SEP]'])
    w.add_unk_token_id(vocab['[UNK]'])
    w.add_pad_token_id(vocab['[PAD]'])
    w.add_mask_token_id(vocab['[MASK]'])
    for name, tensor in tensors(weights).items():
        array = tensor.float().numpy().astype(np.float32)
        if name == 'position_embd.weight':
            w.add_tensor(name, array.astype(np.float32))
        elif array.ndim == 2 and name != 'token_types.weight':
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
        'id': ID,
        'file': os.path.basename(args.out),
        'bytes': len(data),
        'sha256': hashlib.sha256(data).hexdigest(),
        'contextTokens': CONTEXT,
        'dimensions': DIM,
        'parameters': sum(t.numel() for t in weights.values()),
        'quantization': 'Q8_0',
        'licence': 'Apache-2.0',
        'label': LABEL,
    }
    if args.manifest:
        open(os.path.join(os.path.dirname(os.path.abspath(args.out)), 'embedding.json'), 'w').write(
            json.dumps(manifest, indent=2) + '\n'
        )
    print(json.dumps(manifest))


if __name__ == '__main__':
    main()
