package corpus;

import java.io.IOException;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;

/** Lucene: indexes documents in memory and searches them. */
public final class Main {
    public static void main(String[] arguments) throws IOException {
        Input input = new Input(arguments);
        for (int round = 0; round < input.rounds; round++) {
            try (Directory directory = new ByteBuffersDirectory()) {
                index(input, directory);
                search(input, directory);
            }
        }
        input.done();
    }

    private static void index(Input input, Directory directory) throws IOException {
        IndexWriterConfig config = new IndexWriterConfig(new StandardAnalyzer()).setMergeScheduler(new SerialMergeScheduler());
        try (IndexWriter writer = new IndexWriter(directory, config)) {
            for (int i = 0; i < 400; i++) {
                Document document = new Document();
                document.add(new StringField("id", Integer.toString(i), Field.Store.YES));
                document.add(new TextField("title", input.words(6), Field.Store.YES));
                document.add(new TextField("body", input.words(150), Field.Store.NO));
                writer.addDocument(document);
            }
            writer.forceMerge(1);
        }
    }

    private static void search(Input input, Directory directory) throws IOException {
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
            IndexSearcher searcher = new IndexSearcher(reader);
            for (int i = 0; i < 400; i++) {
                BooleanQuery query = new BooleanQuery.Builder()
                        .add(new TermQuery(new Term("body", input.word())), BooleanClause.Occur.SHOULD)
                        .add(new TermQuery(new Term("title", input.word())), BooleanClause.Occur.SHOULD)
                        .add(new PhraseQuery(1, "body", input.word(), input.word()), BooleanClause.Occur.SHOULD)
                        .build();
                TopDocs found = searcher.search(query, 10);
                input.take(found.totalHits.value);
                for (ScoreDoc document : found.scoreDocs) {
                    input.take(searcher.storedFields().document(document.doc).get("id"));
                }
            }
        }
    }
}
