package shop

import org.springframework.beans.factory.annotation.Value
import org.springframework.boot.autoconfigure.SpringBootApplication
import org.springframework.boot.runApplication
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.RestController
import org.springframework.web.client.RestTemplate

@SpringBootApplication
class Orders

@RestController
class Stock(@Value("\${stock.url}") private val url: String) {
    private val client = RestTemplate()

    @GetMapping("/stock")
    fun stock(): String? = client.getForObject("$url/items", String::class.java)
}

fun main(args: Array<String>) {
    runApplication<Orders>(*args)
}
