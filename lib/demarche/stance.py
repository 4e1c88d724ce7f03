def score(statements, sentences, articles, actors):
    return statements.assign(act='x',evidence='[]',method='gold')
