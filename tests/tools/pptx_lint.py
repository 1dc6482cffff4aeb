#!/usr/bin/env python3
"""Lint of .pptx packages: finds what makes PowerPoint offer a repair and what the public validators let pass.

    python3 pptx_lint.py DECK.pptx...

Needs lxml. Prints a line per file: its name, the number of findings, and the findings. Exit code: 0 when there is no
finding in any file, 1 otherwise.

What it checks:
- archive: no entry twice, no folder entries, no backslashes, [Content_Types].xml first
- parts: well-formed XML, no Override without its part, no part that nothing leads to
- relationships: no id twice, every target there, every r:id known, content type fits the kind of relationship
- slides: shape ids unique, exactly one layout, notes not shared and linked both ways
- charts: an embedded workbook that opens, axes that exist, point counts that fit, numbers that are numbers
"""
import zipfile, io, re, sys, posixpath, glob, os
from lxml import etree as E
C='{http://schemas.openxmlformats.org/drawingml/2006/chart}'; R='{http://schemas.openxmlformats.org/officeDocument/2006/relationships}'
def lint(path):
    er=[]; z=zipfile.ZipFile(path); names=[i.filename for i in z.infolist()]
    if len(names)!=len(set(n.lower() for n in names)): er.append('duplicate zip entry')
    er+=[f'directory entry {n}' for n in names if n.endswith('/')]
    er+=[f'backslash in name {n}' for n in names if '\\' in n]
    if names[0]!='[Content_Types].xml': er.append('content types not first')
    parts={n:z.read(n) for n in names if not n.endswith('/')}; xml={}
    for n,b in parts.items():
        if n.endswith(('.xml','.rels')):
            try: xml[n]=E.fromstring(b)
            except Exception as e: er.append(f'{n}: not well-formed')
    ct=xml['[Content_Types].xml']; ov={o.get('PartName').lstrip('/'):o.get('ContentType') for o in ct if o.tag.endswith('Override')}; df={d.get('Extension').lower():d.get('ContentType') for d in ct if d.tag.endswith('Default')}
    er+=[f'phantom Override {o}' for o in ov if o not in parts]
    typ=lambda n: ov.get(n) or df.get(n.rsplit('.',1)[-1].lower())
    rels={}
    for n,x in xml.items():
        if not n.endswith('.rels'): continue
        d,f=posixpath.split(n); src=posixpath.normpath(posixpath.join(d,'..',f[:-5])) if f!='.rels' else ''
        m={}
        for r in x:
            if r.get('Id') in m: er.append(f'{n}: duplicate Id {r.get("Id")}')
            t=r.get('Target'); ext=r.get('TargetMode')=='External'
            full=t if ext else (t.lstrip('/') if t.startswith('/') else posixpath.normpath(posixpath.join(posixpath.dirname(src),t)))
            m[r.get('Id')]=(r.get('Type').rsplit('/',1)[-1],full,ext)
            if not ext and full not in parts: er.append(f'{n}: target missing {full}')
        rels[src]=m
    reach=set(); st=[''];
    while st:
        for ty,t,ext in rels.get(st.pop(),{}).values():
            if not ext and t not in reach: reach.add(t); st.append(t)
    er+=[f'orphan part {n}' for n in parts if n not in reach and not n.endswith('.rels') and n!='[Content_Types].xml']
    want={'chart':'drawingml.chart+xml','slide':'presentationml.slide+xml','slideLayout':'slideLayout+xml','notesSlide':'notesSlide+xml'}
    for s,m in rels.items():
        for ty,t,ext in m.values():
            if ty in want and not ext and t in parts and want[ty] not in (typ(t) or ''): er.append(f'{t}: content type {typ(t)} for relationship {ty}')
    notes={}
    for n,x in xml.items():
        if n.endswith('.rels'): continue
        for e in x.iter():
            if not isinstance(e.tag,str): continue
            for k,v in e.attrib.items():
                if k.startswith(R) and v and v not in rels.get(n,{}): er.append(f'{n}: dangling {v}')
        if re.match(r'ppt/slides/slide\d+\.xml',n):
            ids=[e.get('id') for e in x.iter('{*}cNvPr')]
            if len(ids)!=len(set(ids)): er.append(f'{n}: duplicate shape id')
            m=rels.get(n,{}).values()
            if sum(t[0]=='slideLayout' for t in m)!=1: er.append(f'{n}: needs exactly one slideLayout')
            for t in m:
                if t[0]=='notesSlide':
                    if t[1] in notes: er.append(f'{n}: notes part shared with {notes[t[1]]}')
                    notes[t[1]]=n
                    if n not in [q[1] for q in rels.get(t[1],{}).values()]: er.append(f'{t[1]}: no back link to {n}')
        if re.match(r'ppt/charts/chart\d+\.xml',n):
            ext=x.find(C+'externalData')
            if ext is None: er.append(f'{n}: no externalData (chart data not editable)')
            else:
                t=rels.get(n,{}).get(ext.get(R+'id'))
                if t and t[1] in parts:
                    try:
                        wb=zipfile.ZipFile(io.BytesIO(parts[t[1]])); assert 'xl/workbook.xml' in wb.namelist()
                    except Exception: er.append(f'{t[1]}: embedded workbook unreadable')
            pa=x.find('.//'+C+'plotArea')
            ax={a.find(C+'axId').get('val') for a in pa if a.tag.endswith('Ax')}
            for p in pa:
                if p.tag.endswith('Chart'):
                    u=[a.get('val') for a in p.findall(C+'axId')]
                    if any(int(v)<0 for v in u): er.append(f'{n}: negative axId')
                    need=0 if p.tag.endswith(('pieChart','doughnutChart')) else 2
                    if len(u)!=need or not set(u)<=ax: er.append(f'{n}: axId {u} vs axes {sorted(ax)}')
            for c in x.iter(C+'numCache',C+'strCache'):
                k=int(c.find(C+'ptCount').get('val')); ix=[int(p.get('idx')) for p in c.findall(C+'pt')]
                if any(i>=k for i in ix): er.append(f'{n}: ptCount {k} < points')
                if c.tag.endswith('numCache'):
                    for v in c.iter(C+'v'):
                        try: float(v.text)
                        except Exception: er.append(f'{n}: non-numeric {v.text}')
    return er
def main(paths):
    failed = not paths
    for path in paths:
        try:
            findings = lint(path)
        except Exception as problem:
            findings = ['cannot be read: ' + repr(problem)]
        print(os.path.basename(path), len(findings), '|', '; '.join(findings))
        failed |= bool(findings)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
