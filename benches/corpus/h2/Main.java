package corpus;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** H2: a data base in memory; inserts, joins, groups, sorts, updates. */
public final class Main {
    public static void main(String[] arguments) throws SQLException {
        Input input = new Input(arguments);
        try (Connection connection = new org.h2.Driver().connect("jdbc:h2:mem:", new Properties()); Statement sql = connection.createStatement()) {
            sql.execute("create table customer(id int primary key, name varchar(60), town varchar(20))");
            sql.execute("create table sale(id int primary key, customer int references customer(id), amount decimal(10, 2), sold date)");
            sql.execute("create index sale_sold on sale(sold)");
            for (int round = 0; round < input.rounds; round++) {
                round(input, connection, sql);
            }
        }
        input.done();
    }

    private static void round(Input input, Connection connection, Statement sql) throws SQLException {
        sql.execute("delete from sale");
        sql.execute("delete from customer");
        try (PreparedStatement customer = connection.prepareStatement("insert into customer values (?, ?, ?)");
                PreparedStatement sale = connection.prepareStatement("insert into sale values (?, ?, ?, dateadd(day, ?, date '2024-01-01'))")) {
            for (int i = 0; i < 300; i++) {
                customer.setInt(1, i);
                customer.setString(2, input.words(3));
                customer.setString(3, input.word());
                customer.executeUpdate();
            }
            for (int i = 0; i < 3000; i++) {
                sale.setInt(1, i);
                sale.setInt(2, input.random.nextInt(300));
                sale.setBigDecimal(3, java.math.BigDecimal.valueOf(input.random.nextInt(100000), 2));
                sale.setInt(4, input.random.nextInt(365));
                sale.executeUpdate();
            }
        }
        take(input, sql, "select town, count(*), sum(amount), avg(amount) from sale join customer on customer.id = customer group by town order by 3 desc");
        take(input, sql, "select extract(month from sold) m, upper(substring(name, 1, 5)) n, max(amount) from sale s join customer c on c.id = s.customer "
                + "where sold between date '2024-03-01' and date '2024-09-30' and name like '%ba%' group by m, n having count(*) > 1 order by m, n");
        sql.execute("update sale set amount = amount * 1.1 where customer in (select id from customer where town < 'n')");
        take(input, sql, "select c.name, (select sum(amount) from sale where customer = c.id) from customer c order by 2 desc, 1 limit 50");
    }

    private static void take(Input input, Statement sql, String query) throws SQLException {
        try (ResultSet rows = sql.executeQuery(query)) {
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                for (int column = 1; column <= columns; column++) {
                    input.take(String.valueOf(rows.getString(column)));
                }
            }
        }
    }
}
