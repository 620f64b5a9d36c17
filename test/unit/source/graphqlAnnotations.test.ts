import assert from 'node:assert/strict';
import { operation, withMapped } from '../../support/mappingWorkspace';

const field = (attributes: Record<string, string>) => operation('INTERNAL', 'field', attributes);

describe('GraphQL resolvers on the JVM', () => {
  it("are found by Spring's annotations, DGS' and MicroProfile's", () =>
    withMapped(
      {
        'src/main/java/shop/BookController.java': `package shop;

@Controller
class BookController {
  @QueryMapping
  Book bookById(@Argument String id) { return null; }

  @MutationMapping("addBook")
  Book add() { return null; }

  @SchemaMapping(typeName = "Book", field = "author")
  Author writer(Book book) { return null; }
}
`,
        'src/main/java/shop/ShowFetcher.java': `package shop;

@DgsComponent
class ShowFetcher {
  @DgsQuery
  List<Show> shows() { return null; }

  @DgsData(parentType = "Show", field = "reviews")
  List<Review> ofShow() { return null; }
}
`,
        'src/main/java/shop/FilmResource.java': `package shop;

@GraphQLApi
class FilmResource {
  @Query("allFilms")
  List<Film> all() { return null; }

  @Query
  Film getFilm(int id) { return null; }
}
`,
        'src/main/java/shop/FilmRepository.java': `package shop;

interface FilmRepository extends JpaRepository<Film, Long> {
  @Query("select f from Film f")
  List<Film> films();
}
`,
      },
      field,
      async (ask) => {
        const at = (file: string, place: string) => new RegExp(`^src/main/java/shop/${file}.java:${place} 0\\.[78]`);
        assert.match(
          await ask({ 'graphql.field.name': 'bookById', 'graphql.field.path': '/bookById' }),
          at('BookController', '6 BookController.bookById'),
        );
        assert.match(
          await ask({
            'graphql.document': 'mutation { addBook(name: "x") { id } }',
            'graphql.operation.type': 'mutation',
          }),
          at('BookController', '9 BookController.add'),
        );
        assert.match(
          await ask({ 'graphql.field.name': 'author', 'graphql.field.path': '/bookById/author' }),
          at('BookController', '12 BookController.writer'),
        );
        assert.match(await ask({ 'graphql.field.path': '/shows' }), at('ShowFetcher', '6 ShowFetcher.shows'));
        assert.match(
          await ask({ 'graphql.field.name': 'reviews', 'graphql.field.path': '/shows/0/reviews' }),
          at('ShowFetcher', '9 ShowFetcher.ofShow'),
        );
        assert.match(await ask({ 'graphql.field.path': '/allFilms' }), at('FilmResource', '6 FilmResource.all'));
        assert.match(await ask({ 'graphql.field.path': '/film' }), at('FilmResource', '9 FilmResource.getFilm'));
        assert.match(await ask({ 'graphql.field.path': '/films' }), /^unmapped/);
      },
    ));
});

describe('GraphQL resolvers in Ruby', () => {
  it('are methods beside the field, and what a field names', () =>
    withMapped(
      {
        'app/graphql/types/query_type.rb': `module Types
  class QueryType < Types::BaseObject
    field :book, BookType, null: true do
      argument :id, ID
    end
    field :title, String
    field :all_books, [BookType], resolver_method: :books

    def book(id:)
    end

    def books
    end
  end
end
`,
        'app/graphql/types/mutation_type.rb': `module Types
  class MutationType < Types::BaseObject
    field :create_book, mutation: Mutations::CreateBook
  end
end
`,
        'app/graphql/mutations/create_book.rb': `module Mutations
  class CreateBook < BaseMutation
    def resolve(name:)
    end
  end
end
`,
      },
      field,
      async (ask) => {
        const of = (parent: string, name: string) => ({ 'graphql.field.parent': parent, 'graphql.field.name': name });
        const query = 'app/graphql/types/query_type.rb';
        assert.match(await ask(of('Query', 'book')), new RegExp(`^${query}:9 Types.QueryType.book`));
        assert.match(await ask(of('Query', 'allBooks')), new RegExp(`^${query}:12 Types.QueryType.books`));
        assert.match(await ask(of('Mutation', 'createBook')), /^app\/graphql\/mutations\/create_book.rb:3 /);
        assert.match(await ask(of('Query', 'title')), /^unmapped/);
      },
    ));
});

describe('jobs of Active Job', () => {
  it('are named beside the adapter', () =>
    withMapped(
      { 'app/jobs/mail_job.rb': 'class MailJob < ApplicationJob\n  def perform(id)\n  end\nend\n' },
      () => {
        const attributes = {
          'messaging.system': 'async',
          'code.namespace': 'MailJob',
          'messaging.destination': 'mail',
        };
        const scope = 'OpenTelemetry::Instrumentation::ActiveJob';
        return operation('CONSUMER', 'mail process', attributes, { language: 'ruby', scope });
      },
      async (ask) => assert.match(await ask(), /^app\/jobs\/mail_job.rb:2 MailJob.perform/),
    ));
});
