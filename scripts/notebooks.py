"""Runs the cells of notebooks in Deno's kernel and adds their outputs: python notebooks.py FOLDER NAME.ipynb ...

A kernel may say that it is idle before it sends a result (findings/deno-kernel-order.sh), which nbclient then loses. Here each message
is taken for the cell that it answers, until an empty cell after the last has come back.
"""
import json
import os
import sys

from jupyter_client.manager import KernelManager

PATIENCE = 300


def output_of(message):
    kind, content = message['msg_type'], message['content']
    if kind == 'stream':
        return {'output_type': 'stream', 'name': content['name'], 'text': content['text']}
    if kind in ('execute_result', 'display_data'):
        output = {'output_type': kind, 'data': content['data'], 'metadata': {}}
        return {**output, 'execution_count': content['execution_count']} if kind == 'execute_result' else output
    if kind == 'error':
        raise SystemExit('%s: %s' % (content['ename'], content['evalue']))
    return None


def run(client, codes):
    """Outputs of each code."""
    numbers, outputs = {}, [[] for _ in codes]
    for i, code in enumerate([*codes, 'void 0', 'void 0']):
        wanted = client.execute(code)
        numbers[wanted] = i
        while True:
            message = client.get_iopub_msg(timeout=PATIENCE)
            parent = message['parent_header'].get('msg_id')
            output = output_of(message) if numbers.get(parent, len(codes)) < len(codes) else None
            if output is not None:
                outputs[numbers[parent]].append(output)
            if parent == wanted and message['msg_type'] == 'status' and message['content']['execution_state'] == 'idle':
                break
    return outputs


def joined(outputs):
    """Pieces of one stream as one output."""
    whole = []
    for output in outputs:
        if whole and output['output_type'] == 'stream' == whole[-1]['output_type'] and output['name'] == whole[-1]['name']:
            whole[-1]['text'] += output['text']
        else:
            whole.append(output)
    return whole


def with_lines(output):
    """Text as a list of lines, as Jupyter writes it."""
    lines = lambda value: value.splitlines(keepends=True) if isinstance(value, str) else value
    if 'text' in output:
        return {**output, 'text': lines(output['text'])}
    return {**output, 'data': {name: lines(value) for name, value in sorted(output['data'].items())}}


def main(folder, paths):
    os.chdir(folder)
    for path in paths:
        with open(path, encoding='utf-8') as file:
            notebook = json.load(file)
        manager = KernelManager(kernel_name='deno')
        manager.start_kernel()
        client = manager.client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=PATIENCE)
            cells = [cell for cell in notebook['cells'] if cell['cell_type'] == 'code']
            for i, (cell, outputs) in enumerate(zip(cells, run(client, [''.join(cell['source']) for cell in cells]))):
                for output in outputs:
                    if 'execution_count' in output:
                        output['execution_count'] = i + 1
                cell['outputs'] = [with_lines(output) for output in joined(outputs)]
                cell['execution_count'] = i + 1
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
        with open(path, 'w', encoding='utf-8') as file:
            json.dump(notebook, file, ensure_ascii=False, indent=1, sort_keys=True)
            file.write('\n')


main(sys.argv[1], sys.argv[2:])
